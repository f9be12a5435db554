import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from governance.migrating import AtOnce


class Migration(migrations.Migration):
    """Whoever opens a vote may say until when ballots are awaited."""

    dependencies = [
        ('decisions', '0009_words_by_index'),
        ('meetings', '0016_invitations_and_feeds'),
        ('people', '0001_squashed_0003_appointment_in_the_interim'),
    ]

    operations = [
        AtOnce([
            pgtrigger.migrations.RemoveTrigger(
                model_name='motion',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='motion',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='motion',
                name='delete_delete',
            ),
            migrations.AddField(
                model_name='motion',
                name='awaited_until',
                field=models.DateTimeField(editable=False, null=True),
            ),
            migrations.AddField(
                model_name='motionevent',
                name='awaited_until',
                field=models.DateTimeField(editable=False, null=True),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='motion',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "decisions_motionevent" ("awaited_until", "blocked_code", "blocked_why", "change", "changes_id", "closed_at", "digest", "disinterested", "disinterested_for", "id", "in_office", "interested", "item_id", "kind", "meeting_id", "mover_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present", "quorum", "seats", "seconder_id", "state", "text", "title", "version", "vote_opened_at", "votes_abstain", "votes_against", "votes_for", "votes_silent") VALUES (NEW."awaited_until", NEW."blocked_code", NEW."blocked_why", NEW."change", NEW."changes_id", NEW."closed_at", NEW."digest", NEW."disinterested", NEW."disinterested_for", NEW."id", NEW."in_office", NEW."interested", NEW."item_id", NEW."kind", NEW."meeting_id", NEW."mover_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."present", NEW."quorum", NEW."seats", NEW."seconder_id", NEW."state", NEW."text", NEW."title", NEW."version", NEW."vote_opened_at", NEW."votes_abstain", NEW."votes_against", NEW."votes_for", NEW."votes_silent"); RETURN NULL;', hash='e1f30d9035d95d7826a6b335351a2aeabba774fe', operation='INSERT', pgid='pgtrigger_insert_insert_c61e1', table='decisions_motion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='motion',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "decisions_motionevent" ("awaited_until", "blocked_code", "blocked_why", "change", "changes_id", "closed_at", "digest", "disinterested", "disinterested_for", "id", "in_office", "interested", "item_id", "kind", "meeting_id", "mover_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present", "quorum", "seats", "seconder_id", "state", "text", "title", "version", "vote_opened_at", "votes_abstain", "votes_against", "votes_for", "votes_silent") VALUES (NEW."awaited_until", NEW."blocked_code", NEW."blocked_why", NEW."change", NEW."changes_id", NEW."closed_at", NEW."digest", NEW."disinterested", NEW."disinterested_for", NEW."id", NEW."in_office", NEW."interested", NEW."item_id", NEW."kind", NEW."meeting_id", NEW."mover_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."present", NEW."quorum", NEW."seats", NEW."seconder_id", NEW."state", NEW."text", NEW."title", NEW."version", NEW."vote_opened_at", NEW."votes_abstain", NEW."votes_against", NEW."votes_for", NEW."votes_silent"); RETURN NULL;', hash='b91fc30d668af30cf0cb2bd06510cf4072c8fa2f', operation='UPDATE', pgid='pgtrigger_update_update_68501', table='decisions_motion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='motion',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "decisions_motionevent" ("awaited_until", "blocked_code", "blocked_why", "change", "changes_id", "closed_at", "digest", "disinterested", "disinterested_for", "id", "in_office", "interested", "item_id", "kind", "meeting_id", "mover_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present", "quorum", "seats", "seconder_id", "state", "text", "title", "version", "vote_opened_at", "votes_abstain", "votes_against", "votes_for", "votes_silent") VALUES (OLD."awaited_until", OLD."blocked_code", OLD."blocked_why", OLD."change", OLD."changes_id", OLD."closed_at", OLD."digest", OLD."disinterested", OLD."disinterested_for", OLD."id", OLD."in_office", OLD."interested", OLD."item_id", OLD."kind", OLD."meeting_id", OLD."mover_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."present", OLD."quorum", OLD."seats", OLD."seconder_id", OLD."state", OLD."text", OLD."title", OLD."version", OLD."vote_opened_at", OLD."votes_abstain", OLD."votes_against", OLD."votes_for", OLD."votes_silent"); RETURN NULL;', hash='26265f8d26378dfa78df7e99744b621a1fd7808d', operation='DELETE', pgid='pgtrigger_delete_delete_be88c', table='decisions_motion', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='motion',
                constraint=models.CheckConstraint(condition=models.Q(('awaited_until', None), models.Q(('awaited_until__gt', models.F('vote_opened_at')), ('vote_opened_at__isnull', False)), _connector='OR'), name='motion_awaits_ballots_once_open'),
            ),
        ]),
    ]
