"""The front door: settings, sign-in, the beat schedule and the pages that gather all rooms."""

from boardroom.celery import app as celery_app

__all__ = ["celery_app"]
