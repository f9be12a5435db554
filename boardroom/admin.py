"""The admin shows what the rooms register. What packages bring of their own stays outside it.

Accounts, second factors and sessions are looked after by their owners, on the pages of the door.
This app is the last one installed, so that every other has registered when this is read.
"""

from django.apps import apps
from django.contrib import admin

for model in list(admin.site._registry):
    if not apps.get_app_config(model._meta.app_label).name.startswith(("governance.", "boardroom")):
        admin.site.unregister(model)
