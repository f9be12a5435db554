from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    name = "governance.committees"
    label = "committees"
    verbose_name = "Committees"

    def ready(self):
        """Whatever changes somebody's standing has the rules of composition asked again."""
        from governance.committees import watching  # noqa: F401
