"""The addresses of decisions."""

from django.urls import path

from governance.decisions import views
from governance.decisions.views import consents, interests

app_name = "decisions"
urlpatterns = [
    path("", views.decisions, name="decisions"),
    path("<uuid:pk>/", views.motion, name="motion"),
    path("<uuid:pk>/declare/", interests.declare, name="declare"),
    path("<uuid:pk>/prompt/", interests.prompt, name="prompt"),
    path("<uuid:pk>/amend/", interests.propose, name="propose"),
    path("amendments/<uuid:pk>/", interests.amendment, name="amendment"),
    path("<uuid:pk>/<slug:move>/", views.conduct, name="conduct"),
    path("receipts/<uuid:pk>/", views.receipt, name="receipt"),
    path("items/<uuid:pk>/motion/", views.put, name="put"),
    path("consents/new/", consents.draft, name="draft_consent"),
    path("consents/<uuid:pk>/", consents.consent, name="consent"),
    path("consents/<uuid:pk>/edit/", consents.edit, name="edit_consent"),
    path("consents/<uuid:pk>/sign/", consents.sign, name="sign_consent"),
    path("consents/<uuid:pk>/object/", consents.objecting, name="object_consent"),
    path("consents/<uuid:pk>/<slug:name>/", consents.act, name="consent_act"),
    path("signatures/<uuid:pk>/", consents.signature, name="signature"),
]
