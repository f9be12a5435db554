"""What the migrations of a room do at once, where one by one takes minutes."""

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.operations.fields import AddField
from django.db.migrations.operations.models import AddConstraint, AddIndex, CreateModel
from pgtrigger.migrations import AddTrigger


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


class AtOnce(Operation):
    """Carry out the operations of one migration between two drawings of the models.

    Each is given the state before the first and the state after the last, so none may build on
    what another one has done. A model that is made here comes with the fields, constraints and
    indexes that the others add to it.
    """

    category = OperationCategory.ALTERATION
    serialization_expand_args = ["operations"]

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.apart():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        made = self.made()
        for operation in reversed(self.apart()):
            if isinstance(operation, AddTrigger) and operation.model_name.lower() in made:
                schema_editor.execute(operation.trigger.uninstall_sql, params=None)
            elif isinstance(operation, (AddConstraint, AddIndex)):
                # Its fields may be newer than the state to come.
                operation.database_backwards(app_label, schema_editor, from_state, from_state)
            else:
                operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "; ".join(operation.describe() for operation in self.operations)

    def made(self):
        return {one.name_lower for one in self.operations if isinstance(one, CreateModel)}

    def apart(self):
        """The operations that are not parts of a model made here."""
        made, parts = self.made(), (AddField, AddConstraint, AddIndex)
        return [
            one
            for one in self.operations
            if not (isinstance(one, parts) and one.model_name.lower() in made)
        ]
