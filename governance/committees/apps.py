from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    name = "governance.committees"
    label = "committees"
    verbose_name = "Committees"
