"""What is asked of a policy. Forms check the shape; verbs check the rules."""

from django import forms

from clawback.forms import calendar_day, words
from clawback.models import PolicyKind
from clawback.shipped import TERMS, WORDINGS
from governance.committees.models import Committee
from governance.people.models import Person
from governance.records.models import Act


class AdoptPolicyForm(forms.Form):
    """A version that was adopted; its parameters begin as those of the one before."""

    act: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label="Adopted by",
        empty_label="Choose the act",
        help_text="An act of the Compensation Committee or of the Board.",
    )
    title = forms.CharField(max_length=160)
    since = calendar_day("In force from")
    wording = words("The policy, in the company’s own words", rows=14)
    years = forms.IntegerField(label="Look-back, in years", min_value=1, max_value=20)
    leap_rule = forms.ChoiceField(
        label="29 February falls on",
        choices=[("feb28", "28 February"), ("mar1", "1 March")],
        required=False,
    )

    def __init__(self, *args, reader, kind, base=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.base = kind, base or TERMS[kind]
        of = Committee.objects.visible_to(reader).filter(kind="compensation").values("pk")
        acts = Act.objects.visible_to(reader)
        self.fields["act"].queryset = acts.filter(committee__in=of) | acts.filter(committee=None)
        if kind != PolicyKind.FAULT:
            del self.fields["leap_rule"]
        self.initial.setdefault("years", self.base["lookback.years"])
        self.initial.setdefault("leap_rule", self.base.get("lookback.leap_rule"))
        self.initial.setdefault("wording", WORDINGS[kind])

    @property
    def told(self):
        """What the verb is handed."""
        said = dict(self.cleaned_data)
        terms = self.base | {"lookback.years": said.pop("years")}
        if leap_rule := said.pop("leap_rule", ""):
            terms["lookback.leap_rule"] = leap_rule
        return said | {"kind": self.kind, "terms": terms}


class ApplyingForm(forms.Form):
    """Whose policy, on which day."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(None, empty_label="Choose one")
    day = calendar_day("On")

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        officers = Person.objects.visible_to(reader).filter(appointments__isnull=False)
        self.fields["person"].queryset = officers.exclude(pk=reader.person_id).distinct()
