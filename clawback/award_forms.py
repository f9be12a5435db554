"""What is asked of an award. Forms check the shape; verbs and the arithmetic check the rules."""

import json
from decimal import Decimal, InvalidOperation

from django import forms

from clawback.forms import CHOOSE, calendar_day, money, words
from clawback.models import AwardKind
from governance.people.models import Person

BASES = [
    ("financial", "In the statements"),
    ("market", "Share price or return"),
    ("operating", "Operating"),
    ("individual", "Personal"),
]


def number(label):
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=10**12)


def price(label):
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=15)


def is_number(text):
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


class CurveField(forms.CharField):
    """Points of a payout curve as they are typed: `80:50, 100:100, 120:200`."""

    def clean(self, value):
        text = super().clean(value)
        points = []
        for one in filter(str.strip, text.split(",")):
            measure, colon, payout = (part.strip() for part in one.partition(":"))
            if not (colon and is_number(measure) and is_number(payout)):
                raise forms.ValidationError(
                    "Write a measure and its payout in percent for each point: 80:50, 100:100."
                )
            points.append([measure, payout])
        return points


def said_curve(points):
    """The same, to be typed anew."""
    return ", ".join(f"{measure}:{payout}" for measure, payout in points)


# What stands in braces and in brackets where terms are typed, and how deep anything lies in them.
NAMED, LISTED, DEEPEST = ("payout", "pool", "settlement"), ("payments", "metrics"), 12


def read_terms(text):
    """Terms in the format of the worked cases; None for what is not written so."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not is_flat(found, DEEPEST):
        return None
    inside = found | (found["payout"] if isinstance(found.get("payout"), dict) else {})
    has_shape = all(
        isinstance(inside.get(name, kind()), kind)
        for names, kind in ((NAMED, dict), (LISTED, list))
        for name in names
    )
    return found if has_shape and isinstance(found.get("payout", {}), dict) else None


def is_flat(value, most):
    inside = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return True
    return most > 0 and all(is_flat(one, most - 1) for one in inside)


class AwardForm(forms.Form):
    """Whose award, under which plan, for which time, and what it came to."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Officer", empty_label="Choose one"
    )
    name = forms.CharField(max_length=120, help_text="As people say it: 2024 annual bonus.")
    plan = forms.CharField(max_length=120, required=False)
    plan_forbids_recovery = forms.BooleanField(
        label="The plan says that nothing is recovered",
        required=False,
        help_text="The policy prevails all the same (C-OVR-01).",
    )
    kind = forms.ChoiceField(label="Paid in", choices=CHOOSE + AwardKind.choices)
    granted_on = calendar_day("Granted on")
    period_start = calendar_day("Performance period from")
    period_end = calendar_day("To")
    received_on = calendar_day(
        "Received on", help_text="The last day of the fiscal period in which it was earned."
    )
    filed_on = calendar_day("Statements first filed on")
    awarded = forms.DecimalField(
        min_value=0,
        max_digits=15,
        decimal_places=2,
        help_text="US dollars, or a number of shares or options.",
    )
    target = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=2,
        help_text="At a payout of 100 %. Not for a pool.",
    )
    cap_pct = forms.DecimalField(
        label="Payout at most, in percent", required=False, min_value=0, max_digits=9
    )
    share_rounding = forms.ChoiceField(
        label="Shares are rounded",
        required=False,
        choices=[("", "Not in shares"), ("down", "Down"), ("half_up", "Half up"), ("up", "Up")],
    )
    undelivered = number("Shares not delivered yet")
    held = number("Shares still held")
    strike = price("Strike price, of options")
    unexercised = number("Options not exercised")
    valuation_price = price("Share price today")
    further = words(
        "Further terms",
        required=False,
        rows=3,
        help_text="Sales, gates, modifiers, discretion, relative return or a pool, in the format "
        "of the worked cases (docs/recoveries.md).",
    )

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(reader).filter(appointments__isnull=False)
        self.fields["person"].queryset = people.exclude(pk=reader.person_id).distinct()

    def clean_further(self):
        return self.document("further")

    def document(self, name):
        text = self.cleaned_data[name].strip()
        found = read_terms(text) if text else {}
        if found is None:
            raise forms.ValidationError("Write it as names and values between braces.")
        return found


class MetricForm(forms.Form):
    """A measure of the plan, as it was reported."""

    key = forms.CharField(label="Measure", max_length=80)
    # A browser sends what is chosen in a row that was left empty: it is told by being as it began.
    basis = forms.ChoiceField(choices=BASES, initial=BASES[0][0])
    weight = forms.DecimalField(min_value=0, max_digits=9, initial=1)
    reported = forms.DecimalField(max_digits=30, decimal_places=10)
    curve = CurveField(label="Curve", help_text="80:50, 100:100, 120:200")
    shape = forms.ChoiceField(
        choices=[("linear", "Linear"), ("step", "In steps")], initial="linear"
    )


class PaymentForm(forms.Form):
    """A payment of it."""

    date = calendar_day("Day")
    amount = money("US dollars")
    status = forms.ChoiceField(
        choices=[("paid", "Paid"), ("unpaid", "Not paid yet"), ("deferred", "Deferred")],
        initial="paid",
    )
    credit_price = forms.DecimalField(label="Unit at credit", required=False, max_digits=15)
    current_price = forms.DecimalField(label="Unit now", required=False, max_digits=15)


MetricSet = forms.formset_factory(MetricForm, extra=2, max_num=8)
PaymentSet = forms.formset_factory(PaymentForm, extra=2, max_num=8)


class AmendAwardForm(AwardForm):
    """What is put right of an award, and why; whose it is and its name stay."""

    why = forms.CharField(
        label="Why", max_length=300, help_text="It stands beside the award, with the day."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["person"], self.fields["name"]
        if isinstance(self.initial.get("plan_forbids_recovery"), str):
            forbids = self.initial["plan_forbids_recovery"] == "yes"
            self.initial["plan_forbids_recovery"] = forbids
        self.order_fields(["why"])


AmendMetricSet = forms.formset_factory(MetricForm, extra=1, max_num=8, can_delete=True)
AmendPaymentSet = forms.formset_factory(PaymentForm, extra=1, max_num=8, can_delete=True)


def kept_rows(formset):
    """The rows in which something stands, and which were not ticked to be left out."""
    told = (form.cleaned_data for form in formset if form.cleaned_data)
    return [one for one in told if not one["DELETE"]]


def terms_of(told, metrics, payments):
    """The plan’s terms as the arithmetic takes them, from what was typed."""
    terms = dict(told["further"])
    if metrics:
        payout = terms.setdefault("payout", {})
        payout["target"] = target_of(told)
        payout["metrics"] = [*map(metric_of, metrics), *payout.get("metrics", [])]
        if told["cap_pct"] is not None:
            payout["cap_pct"] = f"{told['cap_pct']:f}"
    if payments:
        terms["payments"] = [payment_of(one) for one in payments]
    settlement = {
        # A count has no decimals, and a price is never written with an exponent.
        name: f"{Decimal(told[name]):f}"
        for name in ("undelivered", "held", "strike", "unexercised", "valuation_price")
        if told[name] is not None
    }
    if settlement:
        terms["settlement"] = terms.get("settlement", {}) | settlement
    if told["share_rounding"]:
        terms["share_rounding"] = told["share_rounding"]
    return terms


def target_of(told):
    if told["target"] is None:
        return "0.00"
    in_dollars = told["kind"] in (AwardKind.CASH, AwardKind.POOL)
    return f"{told['target']:.2f}" if in_dollars else f"{told['target']:.0f}"


def metric_of(one):
    found = {
        "key": one["key"],
        "basis": one["basis"],
        "weight": f"{one['weight']:f}",
        "reported": f"{one['reported'].normalize():f}",
        "curve": one["curve"],
    }
    return found | {"shape": "step"} if one["shape"] == "step" else found


def payment_of(one):
    found = {"date": one["date"].isoformat(), "amount": f"{one['amount']:.2f}"}
    found["status"] = one["status"]
    if one["status"] == "deferred":
        for name in ("credit_price", "current_price"):
            if one[name] is not None:
                found[name] = f"{one[name]:f}"
    return found


class InputsForm(forms.Form):
    """What the measures of one award should have been."""

    def __init__(self, *args, measures, restated, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = {}
        for number, (key, measure) in enumerate(measures.items()):
            if measure["basis"] in ("financial", "individual"):
                name = f"measure-{number}"
                self.keys[name] = key
                self.fields[name] = forms.DecimalField(
                    label=f"{key}, as restated",
                    help_text=f"Reported: {measure['reported']}",
                    initial=restated.get(key, measure["reported"]),
                    max_digits=30,
                    decimal_places=10,
                )

    @property
    def restated(self):
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


class EstimateForm(forms.Form):
    """An estimate of a measure that the statements do not hold."""

    measure = forms.ChoiceField()
    low = forms.DecimalField(max_digits=20, decimal_places=6)
    point = forms.DecimalField(max_digits=20, decimal_places=6)
    high = forms.DecimalField(max_digits=20, decimal_places=6)
    method = words("Method", help_text="How the range and the point were found.")

    def __init__(self, *args, measures, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [
            (key, key)
            for key, measure in measures.items()
            if measure["basis"] in ("market", "operating")
        ]
