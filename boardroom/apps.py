from django.apps import AppConfig
from django.conf import settings


class BoardroomConfig(AppConfig):
    name = "boardroom"
    label = "boardroom"
    verbose_name = "Boardroom"

    def ready(self):
        from boardroom.celery import prepare_broker

        prepare_broker(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
