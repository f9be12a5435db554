"""What is asked of directors. Forms check the shape; verbs check the rules.

The yearly questions are asked part by part; `sheets` puts these forms together. A form here is told
the day, keeps whatever was typed, and says in a sentence what is wrong with it.
"""

import re
from datetime import timedelta
from decimal import Decimal

from django import forms

from governance.board.models import FactKind, Link, Position, Purpose, Services
from governance.money import DollarsField
from governance.people.operations import FIRST_DAY, YEARS_AHEAD

DAY = timedelta(days=1)
LONGEST = 2000
MYSELF = "me"
PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]+)?\s*%?")
YES_NO = (("yes", "Yes"), ("no", "No"))
NEEDED = "Please answer this, or leave the whole line empty."


class DayInput(forms.DateInput):
    """The browser's own calendar; what is no day is shown again as it was typed."""

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        whole = not shown or re.fullmatch(r"\d{4}-\d\d-\d\d", shown)
        context["widget"]["type"] = "date" if whole else "text"
        return context


class DayField(forms.DateField):
    """A day of the calendar within reach."""

    widget = DayInput
    default_error_messages = {
        "required": "Say the day, or leave the whole line empty.",
        "invalid": "That is not a day of the calendar. Write it like 2026-05-31.",
    }


class AmountField(DollarsField):
    """US dollars, to the cent (C13); more than nothing."""

    default_error_messages = {
        "required": "Say the amount in US dollars, or leave the whole line empty.",
        "min_value": "An amount is more than nothing.",
    }

    def __init__(self, **kwargs):
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        kwargs = {"max_digits": 14, "decimal_places": 2, "min_value": Decimal("0.01"), **kwargs}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)


class PercentField(forms.DecimalField):
    """A part of a class of stock, with four places at most."""

    default_error_messages = {
        "required": "Say the percentage, or leave the whole line empty.",
        "invalid": "That is not a percentage. Write it like 10.25.",
        "max_decimal_places": "Write four places after the point at most, like 10.2525.",
        "min_value": "A part of a class is more than 0 and at most 100 percent.",
        "max_value": "A part of a class is more than 0 and at most 100 percent.",
    }

    def __init__(self, **kwargs):
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        bounds = {"max_digits": 7, "decimal_places": 4, "min_value": Decimal("0.0001")}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_value=100, **bounds, **kwargs)

    def to_python(self, value):
        typed = str(value or "").strip()
        if typed and not PERCENT.fullmatch(typed):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed.rstrip("% "))


def choice(label, choices, **kwargs):
    """One of a few, none of them chosen beforehand."""
    errors = {"required": NEEDED, "invalid_choice": "Choose one of the answers offered."}
    return forms.ChoiceField(
        label=label, choices=[("", "Choose…"), *choices], error_messages=errors, **kwargs
    )


def words(label, most=200, **kwargs):
    """A name or a few words."""
    errors = {
        "required": NEEDED,
        "max_length": f"That is longer than the {most} characters kept here.",
    }
    return forms.CharField(label=label, max_length=most, error_messages=errors, **kwargs)


def tick(label, **kwargs):
    return forms.BooleanField(label=label, required=False, **kwargs)


class Asked(forms.Form):
    """A form that keeps what was typed; until it is said to be whole, nothing is missing yet."""

    use_required_attribute = False

    def __init__(self, *args, today, strict=False, **kwargs):
        super().__init__(*args, label_suffix="", auto_id="%s", **kwargs)
        self.today = today
        self.strict = strict
        for name, field in self.fields.items():
            self.dress(field, self.add_prefix(name))

    def dress(self, field, name):
        """The looks of the field, and where its error stands."""
        kind = "form-control"
        if isinstance(field.widget, forms.Select):
            kind = "form-select"
        if isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect):
            kind = "form-check-input"
        helped = [f"{name}_helptext"] if field.help_text else []
        field.widget.attrs |= {
            "class": kind,
            "aria-describedby": " ".join([*helped, f"{name}-error"]),
        }

    @property
    def is_blank(self):
        """Nothing has been typed: the line counts as not there."""
        values = (self.data.get(self.add_prefix(name), "") for name in self.fields)
        return not any(str(value).strip() for value in values)

    def _clean_form(self):
        super()._clean_form()
        for name in ("since", "last", "of_age_on"):
            self.check_day(name, self.cleaned_data.get(name))
        since, last = self.cleaned_data.get("since"), self.cleaned_data.get("last")
        if since and last and last < since:
            self.add_error("last", "The last day cannot come before the first.")

    def check_day(self, name, day):
        if day is None:
            return
        if day < FIRST_DAY or day.year > self.today.year + YEARS_AHEAD:
            self.add_error(
                name,
                f"That day cannot be meant: write one from {FIRST_DAY.year} "
                f"to {self.today.year + YEARS_AHEAD}.",
            )
        elif name == "since" and day > self.today:
            self.add_error(name, "That day is still to come; tell it once it has come about.")

    def full_clean(self):
        super().full_clean()
        if self.strict:
            return
        for name in [
            name
            for name, errors in self._errors.items()
            if all(error.code == "required" for error in errors.as_data())
        ]:
            del self._errors[name]

    @property
    def told(self):
        """What was answered, as far as it could be read."""
        return self.cleaned_data if self.errors is not None else {}

    @property
    def lacks(self):
        """The same line, asked whether it is whole."""
        whole = type(self)(**self.again, strict=True)
        return not whole.is_valid()

    @property
    def again(self):
        return {"data": self.data, "prefix": self.prefix, "today": self.today}


class AnyForm(Asked):
    """The question with which a part begins, and what may be added in words."""

    any = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Answer yes or no.", "invalid_choice": "Answer yes or no."},
    )
    remark = words(
        "Anything to add",
        LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever reviews your answers reads it; leave it empty if there is nothing.",
    )


class TimeForm(Asked):
    """Whether other engagements leave the time that the Board needs (G-ATT-01)."""

    time = forms.ChoiceField(
        label="Have you the time that the Board needs, beside any other engagement?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Answer yes or no.", "invalid_choice": "Answer yes or no."},
    )


class KnownForm(Asked):
    """What becomes of something on record: still so, ended, never so."""

    LASTING = (
        ("still", "Still so"),
        ("ended", "Has ended"),
        ("never", "Was never so"),
    )
    OVER = (("still", "That is right"), ("never", "Was never so"))

    answer = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say how it stands.",
            "invalid_choice": "Choose one of the answers offered.",
        },
    )
    last = DayField(label="Last day on which it was so", required=False)

    def __init__(self, *args, known, lasts, **kwargs):
        super().__init__(*args, **kwargs)
        self.known, self.lasts = known, lasts
        self.fields["answer"].choices = self.LASTING if lasts else self.OVER
        if not lasts:
            del self.fields["last"]

    @property
    def again(self):
        return {**super().again, "known": self.known, "lasts": self.lasts}

    def clean(self):
        last = self.cleaned_data.get("last")
        if self.cleaned_data.get("answer") != "ended":
            return
        if not last and "last" not in self.errors:
            self.add_error("last", forms.ValidationError("Say the last day.", code="required"))
        elif last and last > self.today:
            self.add_error("last", "That day is still to come; until then it is still so.")
        elif last and last < self.known.since:
            self.add_error(
                "last", f"It began on {self.known.since:%-d %B %Y}; it cannot have ended before."
            )


class Row(Asked):
    """One line of an answer; `kind` is that of the fact it tells, if it tells one."""

    kind: FactKind | None = None
    # Columns of the fact that the line fills as they are.
    plain: tuple[str, ...] = ()

    def __init__(self, *args, family=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.family = family
        if "who" in self.fields:
            self.fields["who"].choices = [*self.fields["who"].choices, *family]

    @property
    def again(self):
        return {**super().again, "family": self.family}

    def particulars(self):
        """The columns of the fact, but for the people and organisations it names."""
        told = {name: self.told[name] for name in self.plain}
        last = self.told.get("last")
        return {
            **told,
            "since": self.told["since"],
            "until": last + DAY if last else None,
        }


def since(label="First day"):
    return DayField(label=label)


def last():
    return DayField(label="Last day", required=False, help_text="Empty: it goes on.")


def who(*first):
    """Oneself, or somebody of the family."""
    return choice("Who", first, help_text="Name family members in the part Family first.")


class EmploymentRow(Row):
    kind = FactKind.EMPLOYMENT
    plain = ("executive", "interim", "prepared_statements")

    since = since()
    last = last()
    executive = tick("As an Executive Officer")
    interim = tick("In the interim, until somebody was found")
    prepared_statements = tick("I took part in preparing the Company’s financial statements")


class PayRow(Row):
    kind = FactKind.RECEIPT
    plain = ("amount", "purpose")

    who = who((MYSELF, "Myself"))
    since = since("Day on which it was accepted")
    amount = AmountField(label="US dollars")
    purpose = choice(
        "What it was paid for",
        [(value, label.capitalize()) for value, label in Purpose.choices if value != "other"]
        + [(Purpose.OTHER, "Anything else")],
    )


class FeeRow(Row):
    kind = FactKind.RECEIPT

    who = who((MYSELF, "Myself"))
    since = since("Day on which it was accepted")
    amount = AmountField(label="US dollars")

    def particulars(self):
        return {
            "since": self.told["since"],
            "amount": self.told["amount"],
            "purpose": Purpose.OTHER,
        }


class RelativeRow(Row):
    name = words("Name")
    link = choice("Is your", [(value, label.capitalize()) for value, label in Link.choices])
    shares_home = tick("Shares your home")
    of_age_on = DayField(
        label="Eighteenth birthday", required=False, help_text="For a minor child only."
    )


class FamilyWorkRow(Row):
    kind = FactKind.EMPLOYMENT
    plain = ("executive",)

    who = choice("Who", (), help_text="Save the family members above first.")
    since = since()
    last = last()
    executive = tick("As an Executive Officer")


class PositionRow(Row):
    kind = FactKind.POSITION
    plain = ("position",)

    who = who((MYSELF, "Myself"))
    organisation = words("Organisation")
    position = choice(
        "What you, or they, are there",
        [(value, label.capitalize()) for value, label in Position.choices],
    )
    since = since()
    last = last()
    services = choice(
        "It advises the Company in",
        [(value, label.capitalize()) for value, label in Services.choices],
        required=False,
        help_text="Leave it if it gives no such advice.",
    )


class PaymentRow(Row):
    kind = FactKind.PAYMENT
    plain = ("amount",)

    organisation = words("Organisation")
    direction = choice(
        "Who paid", (("company", "The Company paid it"), ("organisation", "It paid the Company"))
    )
    since = since("Day of the payment")
    amount = AmountField(label="US dollars")

    def particulars(self):
        by_company = self.told["direction"] == "company"
        return {**super().particulars(), "by_company": by_company}


class InterlockRow(Row):
    kind = FactKind.INTERLOCK

    organisation = words("Organisation")
    officer = words("Which Executive Officer of ours", required=False)
    since = since()
    last = last()

    def particulars(self):
        officer = self.told["officer"]
        note = {"note": f"The Executive Officer is {officer}."} if officer else {}
        return {**super().particulars(), **note}


class AuditorRow(Row):
    kind = FactKind.AUDITOR
    plain = ("position", "on_our_audit")

    who = who((MYSELF, "Myself"))
    position = choice(
        "What you, or they, are there",
        ((Position.PARTNER, "Partner or member"), (Position.EMPLOYEE, "Employee")),
    )
    since = since()
    last = last()
    on_our_audit = tick("Worked on the Company’s audit")


class HoldingRow(Row):
    kind = FactKind.HOLDING
    plain = ("percent",)

    percent = PercentField(label="Percent of a voting class")
    since = since()
    last = last()


class CommitmentRow(Row):
    organisation = words("Organisation")
    role = words("What you are there", 120, help_text="Director, trustee, chief executive …")
    since = since()
    last = last()
    public_company = tick("A seat on the board of a public company")


class NewCommitmentForm(CommitmentRow):
    """A new engagement, and whether it relates the director to the Company (L-03 to L-08)."""

    relates = forms.TypedChoiceField(
        label="Does the Company pay or receive money from it, or is somebody of the Company on its "
        "pay committee?",
        choices=YES_NO,
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Answer yes or no.", "invalid_choice": "Answer yes or no."},
        help_text="If so, the Nominating and Governance Committee looks at it.",
    )


class EndForm(Asked):
    """The last day of an engagement."""

    last = DayField(label="Last day", error_messages={"required": "Say the last day."})


class EngagementForm(Asked):
    """A day that an engagement takes."""

    day = DayField(label="A day that it takes", error_messages={"required": "Say the day."})


class ChangeForm(Asked):
    """A director tells that something has changed (M-07)."""

    text = words(
        "What has changed, and since when",
        LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="A new position, a payment, a relative’s employment: a few sentences will do.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, strict=True, **kwargs)
        self.fields["text"].error_messages["required"] = "Say in a sentence what has changed."


class SettleForm(forms.Form):
    """What the Secretary or counsel does with an answer, or with all of them (C7)."""

    ACTS = ("confirm", "set_aside", "send_back", "review")

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    fact = forms.UUIDField(required=False)
    why = forms.CharField(required=False, max_length=LONGEST, strip=True)
