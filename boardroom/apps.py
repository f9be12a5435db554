from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps


class BoardroomConfig(AppConfig):
    name = "boardroom"
    label = "boardroom"
    verbose_name = "Boardroom"
    default = True

    def ready(self):
        from boardroom.celery import prepare_broker

        prepare_broker(settings.CELERY_BROKER_TRANSPORT_OPTIONS)


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin, on the secretary's own site."""

    default = False
    default_site = "boardroom.desk.Desk"
