"""Addresses of the clawback room."""

from clawback.views import (
    amending,
    award_import,
    awards,
    cases,
    disclosure,
    exposure,
    gathering,
    policies,
    recovery,
    resolutions,
    restatements,
)

app_name = "clawback"
urlpatterns = [
    *cases.urls,
    *awards.urls,
    *amending.urls,
    *award_import.urls,
    *policies.urls,
    *restatements.urls,
    # Papers of a resolution come before what is done with one.
    *recovery.urls,
    *resolutions.urls,
    *disclosure.urls,
    *gathering.urls,
    *exposure.urls,
]
