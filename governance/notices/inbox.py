"""A reader's inbox: what they were told and may still know of, asked of all doors together."""

from collections import defaultdict

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from governance.asking import SOME_KEYS
from governance.notices.models import LEFT, UNDELIVERED, Notice, ReadMark

# Unread ones that are counted, the latest: beyond them the frame says "and more".
MOST_COUNTED = 99
# The doors are asked about what the latest unread ones speak of, as long as there are not more.
A_LOOK = 2 * MOST_COUNTED


def known(rows, user):
    """Those of the notices whose subject the reader may know of at this moment.

    The doors are asked together, in one question, however many notices there are.
    """
    rows = list(rows)
    wanted = defaultdict(set)
    for row in rows:
        wanted[row.subject_label].add(row.subject_id)
    open_doors = keys_behind([through(label, keys, user) for label, keys in wanted.items()])
    return [row for row in rows if row.subject_id in open_doors]


def through(label, keys, user):
    """The rows of one kind of subject that the reader may know of."""
    model = apps.get_model(label)
    return model._default_manager.visible_to(user).filter(pk__in=keys)


def keys_behind(doors: list[QuerySet]) -> set:
    """The keys that these doors let pass."""
    asked = [door.order_by().values_list("pk", flat=True) for door in doors]
    if not asked:
        return set()
    return set(asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0])


def subjects(rows, user):
    """What the notices speak of, by key, with what its name needs."""
    wanted = defaultdict(set)
    for row in rows:
        wanted[row.subject_label].add(row.subject_id)
    found = {}
    for label, keys in wanted.items():
        near = [one.name for one in apps.get_model(label)._meta.fields if one.many_to_one]
        found |= {one.pk: one for one in through(label, keys, user).select_related(*near)}
    return found


def unread_subjects(user):
    """What the latest that the reader has not opened speak of: kind and key."""
    rows = Notice.objects.in_inbox(user).unread().order_by("-created_at")
    return rows.values_list("subject_label", "subject_id")[:A_LOOK]


def behind(user, labels):
    """Kind and key of what the reader may know of among some keys, whatever they are."""

    def passed(label):
        rows = apps.get_model(label)._default_manager.visible_to(user).order_by()
        return rows.filter(pk__among=SOME_KEYS).values_list(Value(label), "pk")

    first, *others = map(passed, labels)
    return first.union(*others, all=True)


def unread_labels(user):
    """Of which kinds of subject the reader has unread notices, in one order."""
    rows = Notice.objects.in_inbox(user).unread().order_by("subject_label")
    return rows.values_list("subject_label", flat=True).distinct()


def unread_known(user, labels):
    """The latest that the reader has not opened and may know of; at most one more than is counted.

    Its text depends on nothing but the reader and the labels: the frame of every page asks it.
    """
    rows = Notice.objects.in_inbox(user).unread().filter(may_know(user, labels))
    return rows.only("pk").order_by("-created_at")[: MOST_COUNTED + 1]


def may_know(user, labels):
    """The condition that the reader may know of a notice's subject, of any of these kinds."""
    passes = Q(pk=None)
    for label in labels:
        behind = apps.get_model(label)._default_manager.visible_to(user).order_by()
        known_of = Exists(behind.filter(pk=OuterRef("subject_id")))
        passes |= Q(known_of, subject_label=label)
    return passes


def mark_read(rows, user):
    """The reader has opened these; what happens again is told anew."""
    own = Notice.objects.in_inbox(user).filter(pk__in=[row.pk for row in rows])
    ReadMark.objects.bulk_create(
        [ReadMark(notice=one, reader=user) for one in own.unread()], ignore_conflicts=True
    )
    own.filter(quiet=True).exclude(state="queued").update(quiet=False)


def mark_all_read(user):
    """Everything that the reader's inbox shows or would show has been seen."""
    mark_read(Notice.objects.in_inbox(user).unread().only("pk"), user)


def shown(user):
    """The reader's inbox, the latest first, without what they may not know of any more."""
    own = Notice.objects.in_inbox(user)
    labels = own.order_by().values_list("subject_label", flat=True).distinct()
    marks = ReadMark.objects.visible_to(user).filter(notice=OuterRef("pk"))
    rows = own.filter(may_know(user, labels)).annotate(opened=Exists(marks))
    return rows.order_by("-created_at", "-pk")


def latest_was_lost(user):
    """Whether the latest letter to the reader did not arrive, of whatever it told."""
    own = Notice.objects.visible_to(user).filter(reader=user.pk, state__in={*LEFT, *UNDELIVERED})
    latest = own.order_by("-created_at").values_list("state", flat=True).first()
    return latest in UNDELIVERED
