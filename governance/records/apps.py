from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "governance.records"
    label = "records"
    verbose_name = "Records"

    def ready(self):
        from governance.records import checks  # noqa: F401
