"""Before the portal starts: every part of the admin is one that starts from the door."""

from django.contrib import admin
from django.core.checks import Error, register


@register
def every_admin_starts_from_the_door(app_configs=None, **kwargs):
    """Refuse a registered model whose admin, or inline, does not start from `visible_to`."""
    found = []
    for site in admin.sites.all_sites:
        for model, options in site._registry.items():
            for part in (type(options), *options.inlines):
                if not getattr(part, "starts_from_visible_to", False):
                    found.append(
                        Error(
                            f"{part.__name__}, for {model._meta.label}, does not start from "
                            "visible_to.",
                            hint="Derive it from governance.admin.RoomAdmin.",
                            obj=part,
                            id="records.E001",
                        )
                    )
    return found
