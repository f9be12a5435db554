"""What is asked in a case. Forms check the shape; verbs check the rules."""

from django import forms

from clawback.models import (
    Capacity,
    Causation,
    Condition,
    Fault,
    PolicyKind,
    Question,
    Ruling,
)
from clawback.models.cases import EndDate
from governance.meetings.models import Meeting
from governance.money import DollarsField
from governance.people.models import EXECUTIVE_OFFICES, Person

# An auditor reads what was determined, and nothing of a case.
LET_IN = [one for one in Capacity.choices if one[0] != Capacity.AUDITOR]
CHOOSE = [("", "Choose one")]


def words(label, rows=4, required=True, **more):
    return forms.CharField(
        label=label,
        required=required,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


def money(label, required=True, **more):
    return DollarsField(label=label, required=required, max_digits=15, decimal_places=2, **more)


def calendar_day(label, required=True, **more):
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **more,
    )


class OnceForm(forms.Form):
    """Nothing more is asked."""


class OpenForm(forms.Form):
    """Whom the case is about, whom it keeps out besides, and what happened."""

    subjects: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None,
        label="Subjects",
        widget=forms.CheckboxSelectMultiple,
        help_text="The officers whose pay it is about. They are kept out of the case from now on, "
        "whatever else they are. Those with an award for a restated period are ticked.",
        error_messages={"required": "Name the officers whose pay it is about."},
    )
    named: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None,
        label="Of these, named executive officers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whom the proxy statement’s pay tables name.",
    )
    kept_out: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Also keep out", required=False, empty_label="Nobody else"
    )
    basis = forms.CharField(label="Because", required=False, max_length=300)
    matter = words("What happened", help_text="Sealed: read behind this door alone.")

    def __init__(self, *args, reader, proposed=(), **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(reader).exclude(pk=reader.person_id)
        officers = people.filter(appointments__office__in=EXECUTIVE_OFFICES).distinct()
        self.fields["subjects"].queryset = self.fields["named"].queryset = officers
        self.fields["kept_out"].queryset = people
        self.initial.setdefault("subjects", [person.pk for person in proposed])

    def clean(self):
        told = super().clean()
        if "subjects" in told:
            others = set(told.get("named") or ()) - set(told["subjects"])
            if others:
                names = " and ".join(sorted(person.name for person in others))
                self.add_error("named", f"Tick {names} as a subject as well, or not here.")
        person, basis = told.pop("kept_out", None), told.pop("basis", "")
        told["conflicted"] = {person: basis} if person else {}
        return told


class WallForm(forms.Form):
    """Somebody found later is kept out."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Who", empty_label="Choose one"
    )
    is_subject = forms.BooleanField(label="The officer’s pay is looked at", required=False)
    named = forms.BooleanField(label="A named executive officer", required=False)
    basis = forms.CharField(
        label="Because",
        required=False,
        max_length=300,
        help_text="For anybody whose pay is not looked at: which conflict it is.",
    )

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.visible_to(reader).exclude(
            pk=reader.person_id
        )


class InviteForm(forms.Form):
    """Who is let in, as what, and to how much."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Who", empty_label="Choose one"
    )
    capacity = forms.ChoiceField(label="As", choices=CHOOSE + LET_IN)
    line: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label="To",
        required=False,
        empty_label="The whole case",
        help_text="A preparer is let in to the inputs of one award, and sees nothing else.",
    )

    def __init__(self, *args, reader, lines, walled, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(reader).filter(user__isnull=False)
        self.fields["person"].queryset = people.exclude(pk=reader.person_id).exclude(pk__in=walled)
        self.fields["line"].queryset = lines
        self.fields["line"].label_from_instance = lambda line: (
            f"The inputs of the {line.award.name}, {line.award.person}"
        )


class EvidenceForm(forms.Form):
    """What a condition rests on."""

    condition = forms.TypedChoiceField(
        label="Condition", choices=[*CHOOSE, *Condition.choices], coerce=int
    )
    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Of", required=False, empty_label="Every participant"
    )
    text = words("Evidence", help_text="What it is, where it lies, and what it shows. Sealed.")

    def __init__(self, *args, reader, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(reader)
        self.fields["person"].queryset = people.filter(pk__in=subjects)


class NoteForm(forms.Form):
    """Counsel's note to the Committee."""

    question = forms.ChoiceField(label="On", choices=CHOOSE + Question.choices)
    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Of", required=False, empty_label="Every participant"
    )
    ruling = forms.ChoiceField(
        label="The law",
        required=False,
        choices=[("", "Another question"), *Ruling.choices],
        help_text="How far the law permits recovery; for no other question.",
    )
    limit = money("Up to, in US dollars", required=False)
    jurisdiction = forms.CharField(label="Under the law of", required=False, max_length=80)
    text = words("Note", rows=8, help_text="Privileged: read by the Committee and counsel alone.")

    def __init__(self, *args, reader, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(reader)
        self.fields["person"].queryset = people.filter(pk__in=subjects)


class AdoptForm(forms.Form):
    """Which of the three the Committee takes."""

    chosen = forms.ChoiceField(
        label="Adopt",
        choices=[("point", "The point"), ("low", "The low end"), ("high", "The high end")],
        widget=forms.RadioSelect,
    )


class RecuseForm(forms.Form):
    """Why a member takes no part."""

    basis = forms.CharField(label="Because", max_length=300)


class VoteForm(forms.Form):
    """How the vote is taken."""

    meeting: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label="In",
        required=False,
        empty_label="No meeting: by unanimous written consent",
        help_text="A meeting of the Committee that is in session now. Its agenda and minutes show "
        "nothing of it.",
    )

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = (
            Meeting.objects.visible_to(reader)
            .filter(committee__kind="compensation", state__in=("in_session", "recessed"))
            .order_by("starts_at")
        )


# --- What is resolved ---------------------------------------------------------------------------


class EffectForm(forms.Form):
    """What a resolution is to do; `effect` has it as the verb takes it."""

    reason = words("Reasons", required=False)

    def __init__(self, *args, lines=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.offer()

    def offer(self):
        """Fields that depend on the lines."""

    @property
    def effect(self):
        return {"reason": self.cleaned_data["reason"]}


class FindingForm(EffectForm):
    """What the Committee finds; nothing is chosen beforehand."""

    field_order = ("fault", "causation", "reason")
    fault = forms.ChoiceField(
        label="The Committee finds", choices=Fault.choices, widget=forms.RadioSelect
    )
    causation = forms.ChoiceField(
        label="Which", choices=Causation.choices, widget=forms.RadioSelect
    )
    reason = words("On these grounds", rows=6, help_text="Sealed with the resolution.")

    @property
    def effect(self):
        return {name: self.cleaned_data[name] for name in ("fault", "causation", "reason")}


class RepayForm(EffectForm):
    """Whether the participant should repay."""

    field_order = ("should", "reason")
    should = forms.ChoiceField(
        label="The participant",
        choices=[("yes", "should repay"), ("no", "should not repay")],
        widget=forms.RadioSelect,
    )

    @property
    def effect(self):
        should = self.cleaned_data["should"] == "yes"
        return {"should": should, "reason": self.cleaned_data["reason"]}


class RecoverForm(EffectForm):
    """How much of each award; the whole of what is recoverable unless less is typed."""

    cost = money(
        "What recovery would cost the Company, in US dollars",
        required=False,
        help_text="The Committee may weigh it; it lowers nothing by itself (C-EST-02).",
    )
    reason = words(
        "Reasons",
        required=False,
        help_text="Where less is sought than is recoverable, why: the cost of recovery, say.",
    )

    def offer(self):
        for line in self.lines:
            cap = line.latest.cap
            if cap:
                self.fields[f"amount-{line.pk}"] = money(
                    f"{line.award.name}, in US dollars",
                    required=False,
                    initial=cap,
                    help_text=f"At most ${cap:,.2f}. Empty: not part of this.",
                )
        amounts = [name for name in self.fields if name.startswith("amount-")]
        self.order_fields([*amounts, "cost", "reason"])

    @property
    def effect(self):
        amounts = {
            str(line.pk): str(self.cleaned_data[f"amount-{line.pk}"])
            for line in self.lines
            if self.cleaned_data.get(f"amount-{line.pk}")
        }
        cost = self.cleaned_data["cost"]
        return {
            "amounts": amounts,
            "cost": "" if cost is None else str(cost),
            "reason": self.cleaned_data["reason"],
        }


class LinesForm(EffectForm):
    """Of which awards, and why."""

    chosen = forms.MultipleChoiceField(label="Awards", widget=forms.CheckboxSelectMultiple)
    reason = words("Reasons")
    field_order = ("chosen", "reason")

    def offer(self):
        self.fields["chosen"].choices = [(str(line.pk), line.award.name) for line in self.lines]
        self.initial.setdefault("chosen", [str(line.pk) for line in self.lines])

    def clean(self):
        if not self.lines:
            raise forms.ValidationError("There is no award of which this could be resolved.")
        return super().clean()

    @property
    def effect(self):
        return {"lines": self.cleaned_data["chosen"], "reason": self.cleaned_data["reason"]}


class ClaimForm(LinesForm):
    """On which grounds recovery under the rule is impracticable (L-26)."""

    field_order = ("chosen", "basis")
    basis = forms.ChoiceField(
        label="Because",
        choices=[
            ("direct_expense", "Third parties would cost more than the amount"),
            ("home_country_law", "It would violate a law of the home country"),
        ],
        widget=forms.RadioSelect,
    )
    third_party_cost = money("What third parties would cost, in US dollars", required=False)
    reasonable_attempt = forms.BooleanField(
        label="A reasonable attempt to recover was made", required=False
    )
    documented = forms.BooleanField(label="The attempt is documented", required=False)
    law_adopted = calendar_day("The law was adopted on", required=False)
    counsel_opinion = forms.BooleanField(
        label="Home-country counsel has given an opinion", required=False
    )
    provided_to_exchange = forms.BooleanField(
        label="The documentation was given to the exchange", required=False
    )

    @property
    def effect(self):
        told = self.cleaned_data
        names = (
            *("basis", "reasonable_attempt", "documented"),
            *("counsel_opinion", "provided_to_exchange"),
        )
        claim = {name: told[name] for name in names}
        claim["third_party_cost"] = str(told["third_party_cost"] or "")
        claim["law_adopted"] = told["law_adopted"].isoformat() if told["law_adopted"] else ""
        return super().effect | {"claim": claim}


class EndDateForm(EffectForm):
    """To which event the three years run."""

    field_order = ("end_date", "reason")
    end_date = forms.ChoiceField(
        label="The three years run to", choices=EndDate.choices, widget=forms.RadioSelect
    )
    reason = words("Because")

    @property
    def effect(self):
        return {name: self.cleaned_data[name] for name in ("end_date", "reason")}


class RiderForm(EffectForm):
    """Another parameter of a policy for one participant, as the law asks (C-AMD-01)."""

    field_order = ("kind", "since", "title", "legal_basis", "path", "value", "wording", "reason")
    kind = forms.ChoiceField(
        label="Policy", choices=[one for one in PolicyKind.choices if one[0] != "sox304"]
    )
    since = calendar_day("In force from")
    title = forms.CharField(max_length=160)
    legal_basis = forms.CharField(label="Legal basis", max_length=1000)
    path = forms.ChoiceField(
        label="What changes",
        choices=[
            ("lookback.years", "Years since the original filing"),
            ("fault_standards", "Standards of fault, separated by commas"),
            ("repay_allowed", "Repayment allowed: yes or no"),
        ],
    )
    value = forms.CharField(label="To", max_length=200)
    wording = words("The words of the rider", rows=6)

    def clean(self):
        told = super().clean()
        path, text = told.get("path"), told.get("value", "").strip()
        if path == "lookback.years":
            if not text.isdecimal() or not 1 <= int(text) <= 20:
                self.add_error("value", "Say a number of years, up to 20.")
            else:
                told["terms"] = {path: int(text)}
        elif path == "fault_standards":
            standards = [one.strip().lower().replace(" ", "_") for one in text.split(",")]
            if not set(standards) <= set(Fault.values) - {Fault.NONE}:
                self.add_error("value", "Name gross negligence, fraud and the like.")
            else:
                told["terms"] = {path: standards}
        elif text.lower() in ("yes", "no"):
            told["terms"] = {path: text.lower() == "yes"}
        else:
            self.add_error("value", "Say yes or no.")
        return told

    @property
    def effect(self):
        told = self.cleaned_data
        names = ("kind", "title", "legal_basis", "wording", "terms", "reason")
        return {name: told[name] for name in names} | {"since": told["since"].isoformat()}


EFFECTS = {
    "finding": FindingForm,
    "repay": RepayForm,
    "recover": RecoverForm,
    "no_recovery": LinesForm,
    "end_date": EndDateForm,
    "impracticable": ClaimForm,
    "write_off": LinesForm,
    "rider": RiderForm,
}


class BallotForm(forms.Form):
    """A choice, and the fingerprint of the words that the member had before them."""

    choice = forms.ChoiceField(
        choices=[("for", "For"), ("against", "Against"), ("abstain", "Abstain")],
        error_messages={"required": "Choose for, against or abstain."},
    )
    digest = forms.CharField(max_length=64)


class WhatIfForm(forms.Form):
    """Other restated values for the measures of one award."""

    def __init__(self, *args, award, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = {}
        for number, metric in enumerate(award.get("payout", {}).get("metrics", ())):
            if metric.get("kind") == "relative_tsr":
                continue
            self.keys[f"measure-{number}"] = metric["key"]
            self.fields[f"measure-{number}"] = forms.DecimalField(
                label=f"{metric['key']}, reported at {metric['reported']}",
                initial=metric["restated"],
                max_digits=30,
                decimal_places=10,
            )
        if "pool" in award:
            self.keys["pool"] = "pool"
            self.fields["pool"] = forms.DecimalField(
                label="The pool’s measure",
                initial=award["pool"]["measure_restated"],
                max_digits=30,
                decimal_places=10,
            )

    @property
    def restated(self):
        return {key: f"{self.cleaned_data[name]:f}" for name, key in self.keys.items()}
