"""What the first migration of a room does at once, where one by one takes minutes."""

from django.db.migrations.operations.base import Operation, OperationCategory


class CreateModels(Operation):
    """Create all models of a room, then install the triggers that they name.

    After every operation Django draws anew each model that may be touched, and ours all lead to
    the person: two minutes in an empty database, most of them spent on triggers. Here the state
    takes in all models first and is drawn once.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["models"]

    def __init__(self, models):
        self.models = models

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)
        for trigger in self.triggers():
            # The text is complete; parameters would take its percent signs for placeholders.
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for trigger in self.triggers():
            schema_editor.execute(trigger.uninstall_sql, params=None)
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "Create the models of the room and install their triggers"

    def triggers(self):
        for model in self.models:
            yield from model.options.get("triggers", ())
