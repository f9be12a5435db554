"""What is typed into minutes."""

from django import forms
from django.utils.html import format_html

from governance.meetings.forms import said_meeting
from governance.minutes.parts import OPENING


def called(part):
    """What a part is called where it can be chosen."""
    return part.heading or ("Opening" if part.key == OPENING else "The end")


class PapersField(forms.CharField):
    """Names of papers, one on each line."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="What lay on the table, one on each line.",
            **kwargs,
        )

    def clean(self, value):
        lines = (" ".join(line.split()).rstrip(".;") for line in super().clean(value).splitlines())
        return tuple(line for line in lines if line)


class WordsForm(forms.Form):
    """The words of each part of the minutes, and what each said when the page was opened."""

    base = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, parts, present=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.parts = parts
        for part in parts:
            self.fields[f"words-{part.key}"] = forms.CharField(
                label=format_html(
                    'What was done<span class="visually-hidden">: {}</span>', called(part)
                ),
                required=False,
                show_hidden_initial=True,
                initial=part.words,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            if part.item:
                self.fields[f"papers-{part.key}"] = PapersField(
                    label=format_html(
                        'Papers tabled<span class="visually-hidden">: {}</span>', called(part)
                    ),
                    show_hidden_initial=True,
                    initial="\n".join(part.papers),
                )
        if present:
            self.fields["presided"] = forms.ModelChoiceField(
                label="Who presided",
                queryset=present,
                required=False,
                help_text="The record does not say it by itself.",
            )

    @property
    def words(self):
        """The words by the key of their part, where this page changed them."""
        return self.changed("words")

    @property
    def papers(self):
        """The names of the papers by the key of their part, where this page changed them."""
        return self.changed("papers")

    def changed(self, what):
        keys = {f"{what}-{part.key}": part.key for part in self.parts}
        return {keys[name]: self.cleaned_data[name] for name in self.changed_data if name in keys}

    @property
    def was(self):
        """What each field said when the page was opened, by its name."""
        return {name: self.data.get(self.add_initial_prefix(name), "") for name in self.fields}


class CommentForm(forms.Form):
    """What a member says to one part."""

    part = forms.ChoiceField(label="About")
    text = forms.CharField(
        label="Comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, parts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(part.key, called(part)) for part in parts]


class ApprovalForm(forms.Form):
    """At which meeting the body is asked, and who moves it."""

    meeting: forms.ModelChoiceField = forms.ModelChoiceField(None, empty_label=None)
    mover: forms.ModelChoiceField = forms.ModelChoiceField(None, label="Moved by")

    def __init__(self, *args, meetings, members, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = said_meeting
        self.fields["mover"].queryset = members.visible_to(reader)


class EditionForm(forms.Form):
    """The edition of the minutes that was on the page."""

    base = forms.CharField(widget=forms.HiddenInput)


class PaperApprovalForm(forms.Form):
    """On which day and how the body approved the text that is shown, on paper."""

    digest = forms.CharField(widget=forms.HiddenInput)
    day = forms.DateField(
        label="Approved on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    how = forms.CharField(
        label="At which meeting, or by whose consent, and where the paper is kept",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(forms.Form):
    """What locked minutes should have said, and why."""

    text = forms.CharField(
        label="What they should say", max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    reason = forms.CharField(label="Why", max_length=500)
