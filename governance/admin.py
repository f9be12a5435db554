"""What every room's admin starts from: the door of its rows, and the verbs that write them."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from governance.money import Dollars
from governance.refusals import Refused

# What the constraints of rows with a form mean, for whoever meets one there.
SENTENCES = {
    "book_rule_once_a_day": "A rule of that body begins on that day already.",
    "book_rule_keeps_notes_a_while": "Notes are kept for one day at least, and ten years at most.",
    "hold_period_runs_forward": "The last of these meetings is not before the first.",
    "hold_ends_after_it_began": "A hold is lifted after it was placed.",
    "delegation_within_the_law": "That cannot be delegated: the law leaves it to the Board.",
    "delegation_has_a_scope": "Say what the committee may decide.",
    "attested_once_a_day": "That was attested for this member on that day.",
    "charter_version_once": "There is a version of that name already.",
    "charter_one_in_force": "Another version is in force on some of these days.",
    "charter_adopted_by_an_act": "A charter is adopted by an act of the Board.",
    "charter_in_force_from_a_day": "A charter is in force from a day on.",
    "overlap": "Another period of the same kind covers some of these days. End that one first, "
    "or choose other days.",
    "has_a_day": "The last day has to be after the first. “Until” is the first day on which it no "
    "longer holds.",
    "single_office": "Somebody else holds that office during those days.",
    "one_chair": "Somebody else chairs the committee during those days.",
    "one_at_a_time": "Somebody else is designated during those days.",
    "standing_once": "There is a standing committee of that kind already.",
    "determination_one_a_day": "A determination under that standard was entered for that day.",
    "determination_lasts": "A determination expires after the day on which it was made.",
    "determination_no_has_a_reason": "A finding that a director is not independent says why.",
    "declassified_by_an_act": "The Board is declassified by an act: choose it.",
    "exception_says_why": "Say why the Board made the exception.",
    "authorised_at_least_one": "A board has at least one seat.",
    "board_authorisedseats_since": "A number of seats was entered from that day; correct that one.",
    "authorised_by_class": "The seats of the three classes have to add up to the number of seats; "
    "leave all three empty if the certificate asks for equal classes only.",
    "class_exists": "There are three classes of directors: I, II and III.",
    "directorship_ended_by": "Say from which day the director is out of office.",
    "directorship_removal_cause": "The stockholders of a company with classes remove a director "
    "only for cause: say which.",
    "directorship_resigns_ahead": "A resignation is delivered by the day it takes effect; only a "
    "director who resigned has such a day.",
    "term_begins_once": "A term of this director begins on that day already.",
    "annual_meeting_in_its_year": "The annual meeting of a year is held in that year.",
    "board_annualmeeting_year": "The annual meeting of that year was entered; change that one.",
    "board_classelection_director_class": "The year of that class was entered; change that one.",
    "election_one_class_a_year": "Another class is elected in that year: one class each year.",
    "fact_to_the_cent": "An amount has dollars and whole cents.",
    "fact_amount_is_positive": "An amount is more than nothing.",
    "fact_has_its_amount": "An amount belongs to what was accepted or paid, and to nothing else.",
    "fact_has_its_purpose": "What an amount was paid for belongs to what was accepted.",
    "fact_has_its_position": "A position belongs to organisations and the auditor.",
    "fact_has_its_organisation": "An organisation belongs to positions, payments and interlocks.",
    "fact_has_its_direction": "Whether the Company paid or received belongs to payments.",
    "fact_has_its_percent": "A percentage belongs to voting stock.",
    "fact_has_its_employment": "“As an Executive Officer”, “in the interim” and “took part in "
    "preparing financial statements” belong to employment.",
    "fact_has_its_audit": "“Worked on the Company's audit” belongs to the outside auditor.",
    "fact_percent_of_a_class": "A part of a class is more than 0 and at most 100 percent.",
    "fact_amount_has_one_day": "An amount has one day; it has no end.",
    "fact_settled_on_a_day": "A fact is settled on a day.",
    "fact_set_aside_says_why": "Say why the fact is set aside: the sentence is kept.",
    "relative_named_once": "That relative was entered already.",
    "board_organisation_name": "There is an organisation of that name already.",
    "organisation_year_days": "A year ends after it began.",
    "organisation_year_revenue": "Revenues are not less than nothing.",
    "organisation_year_once": "The year that begins on that day was entered already.",
    "organisation_year_to_the_cent": "Revenues have dollars and whole cents.",
    "skills_say_": "Say something under each of the four headings.",
    "change_report_says_what": "Say what has changed.",
    "act_has_a_text": "An act has a title and its exact words.",
    "act_has_its_source": "An act taken on paper has no motion behind it, and any other has one.",
    "records_act_source": "That motion or consent is kept as an act already.",
    "committees_committee_name": "There is a committee of that name already.",
    "user_email_unique": "Somebody already signs in with this address.",
    "people_user_person": "This person has an account already.",
    "minutes_minutesrule_since": "A rule from that day on was set already.",
    "meeting_has_a_length": "A meeting lasts at least one minute and at most 24 hours.",
    "meeting_entered_later": "Only a meeting that was entered later says when, and by whose word.",
    "meeting_can_be_reached": "A meeting needs a place, or a line to call.",
    "meeting_convened_when_held": "A meeting is held once it was called to order, not before.",
    "meeting_adjourned_when_over": "A meeting is over when it was adjourned, not before.",
    "meeting_ends_after_it_began": "A meeting ends after it began.",
    "meeting_special_to_fill_seats": "Only a special meeting of the Board is held to fill seats.",
    "agenda_template_once": "There is a template for such meetings already; change that one.",
    "template_position_once": "Two items of the template stand in the same place.",
    "template_line_has_a_place": "An item has a title, and takes at most 720 minutes.",
    "item_has_a_place": "An item takes at most 720 minutes.",
    "item_position_once": "The agenda changed meanwhile. Reload it, then order it again.",
}
# What may follow the name of a filter in the address of a list.
LOOKUPS = {
    *("exact", "in", "isnull", "gte", "lt", "year", "month", "day"),
    *("id__exact", "id__isnull", "pk__exact"),
}


def in_words(name):
    """The sentence behind the name of a constraint, where there is one."""
    return next((says for part, says in SENTENCES.items() if part in str(name)), name)


def cited(refusal):
    """A refusal with the provision that says no: "There is no vacant seat on that day. (C6)"."""
    return f"{refusal} ({refusal.provision})" if refusal.provision else str(refusal)


def said(error, model):
    """What a form says instead of a constraint's name; any other error keeps its own words."""
    fields = (error.params or {}).get("unique_check")
    name = unique_by(model, tuple(fields)) if fields else str(error.message)
    words = in_words(name)
    return error if words == name else type(error)(words, error.code)


def unique_by(model, fields):
    """What the database calls the rule that these fields are unique."""
    named = {getattr(one, "fields", ()): one.name for one in model._meta.constraints}
    return named.get(fields, f"{model._meta.db_table}_{fields[0]}")


def through_door(db_field, request, kwargs):
    """The choices of a relation, as far as the reader may see them."""
    manager = db_field.remote_field.model._default_manager
    if "queryset" not in kwargs and hasattr(manager.all(), "visible_to"):
        kwargs["queryset"] = manager.visible_to(request.user)
    return kwargs


class Picked(forms.ModelChoiceField):
    """One row of a list. A key that is none is refused like one that is not offered."""

    def prepare_value(self, value):
        """Nothing is looked up for a key that is none, to be shown as what was chosen."""
        value = super().prepare_value(value)
        try:
            return value and self.queryset.model._meta.pk.to_python(value)
        except ValidationError:
            return None

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as error:
            one = "somebody" if self.queryset.model._meta.label == "people.Person" else "one"
            raise ValidationError(f"Choose {one} from the list.", error.code) from error


class PickedRows(forms.ModelMultipleChoiceField):
    """Several rows of a list, refused in the same words."""

    def _check_values(self, value):
        try:
            return super()._check_values(value)
        except ValidationError as error:
            raise ValidationError("Choose from the list.", "invalid_choice") from error


class RoomForm(forms.ModelForm):
    """A form that keeps what was typed when a verb or the database refuses it."""

    refusal: Refused | None = None

    def clean(self):
        cleaned = super().clean()
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if since and until and until <= since:
            self.add_error("until", SENTENCES["has_a_day"])
        if self.refusal:
            self.add_error(None, cited(self.refusal))
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        for errors in self._errors.values():
            errors.data = [said(one, self._meta.model) for one in errors.data]


class RelatedThroughDoor(RelatedFieldListFilter):
    """A filter by a relation that offers what the reader may see."""

    def field_choices(self, field, request, model_admin):
        rows = field.remote_field.model._default_manager
        visible = rows.visible_to(request.user)
        return field.get_choices(include_blank=False, limit_choices_to={"pk__in": visible})


class ThroughDoor:
    """Rows and the choices of their relations start from `visible_to`; there is no way round it."""

    starts_from_visible_to = True
    # Django's shortcut to a page asks no door.
    view_on_site = False

    def get_queryset(self, request):
        rows = self.model._default_manager.visible_to(request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs = {"form_class": Picked, **through_door(db_field, request, kwargs)}
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        part = self.admin_site._registry.get(db_field.remote_field.model)
        if field is not None and part is not None:
            field.label_from_instance = part.called
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs = {"form_class": PickedRows, **through_door(db_field, request, kwargs)}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ChoicesView(AutocompleteJsonView):
    """What a search among choices finds, called as its part calls it."""

    def serialize_result(self, obj, to_field_name):
        told = super().serialize_result(obj, to_field_name)
        return {**told, "text": self.model_admin.called(obj)}


class RoomInline(ThroughDoor, TabularInline):
    """Rows beside the row they belong to. Choices are read once, however many rows there are."""

    extra = 0

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.choices = list(field.choices)
        return field

    def get_formset(self, request, obj=None, **kwargs):
        """Whether a row may go is asked of the verb: Django's own answer names what hangs on it."""
        formset = super().get_formset(request, obj, **kwargs)
        names = {"hand_clean_DELETE": lambda form: None}
        formset.form = type(formset.form.__name__, (formset.form,), names)
        return formset


class RoomAdmin(ThroughDoor, ModelAdmin):
    """Rows through their door, for the secretary's office; nothing official is ever deleted.

    Nobody has a right here that the rooms do not give: `works_here` asks who may open this part,
    `writes` whether it has forms. What is not shown is not there: 404, as for a row that never was.
    """

    form = RoomForm
    formfield_overrides = {Dollars: {"widget": UnfoldAdminTextInputWidget}}
    writes = True
    actions: Sequence[str] = ()
    list_per_page = 50
    warn_unsaved_form = True

    def works_here(self, user):
        """The Corporate Secretary and the Assistant Secretary."""
        return user.is_authenticated and user.is_secretarial

    def has_module_permission(self, request):
        return self.works_here(request.user)

    def has_view_permission(self, request, obj=None):
        return self.works_here(request.user)

    def has_add_permission(self, request):
        return self.writes and self.works_here(request.user)

    def has_change_permission(self, request, obj=None):
        return self.writes and self.works_here(request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Nothing is chosen beforehand that nobody chose, unless the row begins with it."""
        if not db_field.has_default() and "choices" not in kwargs:
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", "Choose…")])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def called(self, row):
        """What a row is called where it can be chosen."""
        return str(row)

    def get_list_filter(self, request):
        return [self.filtered(one) for one in super().get_list_filter(request)]

    def filtered(self, name):
        """The filter of that name; one by a relation offers what the reader may see."""
        try:
            field = self.opts.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            field = None
        return (name, RelatedThroughDoor) if field is not None and field.is_relation else name

    def lookup_allowed(self, lookup, value, request):
        """A list is asked by its filters alone; Django would answer about any column of its row."""
        name, _, rest = lookup.partition("__")
        return name in self.filter_names(request) and (not rest or rest in LOOKUPS)

    def filter_names(self, request):
        for one in self.get_list_filter(request):
            one = one[0] if isinstance(one, tuple) else one
            yield one if isinstance(one, str) else one.parameter_name
        if self.date_hierarchy:
            yield self.date_hierarchy

    def to_field_allowed(self, request, to_field):
        """Rows are named by their key; a pop-up that asks by another column would be told of it."""
        return to_field in ("id", "pk")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """As Django's, but a refusal comes back on the form with all that was typed."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            request.refusal = refusal
        except IntegrityError as error:
            request.refusal = Refused(str(in_words(constraint_of(error))))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_action(self, request, queryset):
        """As Django's; a ticked row whose key is none was never there."""
        try:
            return super().response_action(request, queryset)
        except ValidationError as error:
            raise Http404 from error

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What one may not know of answers like what never was."""
        raise Http404

    def history_view(self, request, object_id, extra_context=None):
        """The record is kept by entries and by the database, and read where it belongs."""
        raise Http404

    # Django's own log of the admin would repeat names outside their doors.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None

    def address_of(self, page, *args):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def tell(self, request, sentence, level=messages.SUCCESS):
        self.message_user(request, sentence, level)


class DatedAdmin(RoomAdmin):
    """Standing with days: entered by a verb, later ended or its days corrected, never rewritten.

    `enter` and `amend` are verbs of the room; `later` names what a form may still change. The
    history of the row keeps what it said before.
    """

    later: Sequence[str] = ("since", "until")
    enter: staticmethod
    amend: staticmethod

    def get_readonly_fields(self, request, obj=None):
        fields = self.get_fields(request, obj)
        return [name for name in fields if name not in self.later] if obj else []

    def save_model(self, request, obj, form, change):
        facts = dict(form.cleaned_data)
        if change:
            self.amend(obj, **facts, by=request.user, on=request.user.today)
        else:
            made = self.enter(**facts, by=request.user, on=request.user.today)
            obj.__dict__.update(made.__dict__)


def constraint_of(error):
    """The name of the constraint that refused, or a sentence when the driver gives none."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return named or "The database refused this. Nothing was changed."
