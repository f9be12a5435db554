from django.apps import AppConfig


class ClawbackConfig(AppConfig):
    name = "clawback"
    label = "clawback"
    verbose_name = "Recovery of compensation"
