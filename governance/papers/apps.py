from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "governance.papers"
    label = "papers"
    verbose_name = "Papers"
