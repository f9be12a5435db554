"""How a reader wants letters."""

from django import forms

from governance.notices.kinds import Matter


class WishForm(forms.Form):
    """The same questions for everybody, by plain classes of matter."""

    when = forms.ChoiceField(
        label="When",
        choices=[
            ("at_once", "At once, a letter for each thing"),
            ("daily", "Once a day at 08:00, one letter that says how many things wait"),
        ],
        widget=forms.RadioSelect,
    )
    wanted = forms.MultipleChoiceField(
        label="Of what",
        choices=Matter.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, wish, **kwargs):
        initial = {
            "when": "daily" if wish.daily else "at_once",
            "wanted": [one.value for one in Matter if one.value not in wish.silenced],
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self):
        """As the verb is asked: once a day or not, and of what there is no letter."""
        asked = super().clean()
        if self.errors:
            return asked
        wanted = asked["wanted"]
        silenced = [one.value for one in Matter if one.value not in wanted]
        return {"daily": asked["when"] == "daily", "silenced": silenced}
