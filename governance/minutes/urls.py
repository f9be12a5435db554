"""The addresses of minutes."""

from django.urls import path

from governance.minutes.views import approving, documents, minutes, signing, writing

app_name = "minutes"
urlpatterns = [
    path("of/<uuid:pk>/", writing.draft, name="draft"),
    path("<uuid:pk>/", minutes.minutes, name="minutes"),
    path("<uuid:pk>/write/", writing.write, name="write"),
    path("<uuid:pk>/comment/", writing.comment, name="comment"),
    path("<uuid:pk>/circulate/", approving.circulate, name="circulate"),
    path("<uuid:pk>/put/", approving.put, name="put"),
    path("<uuid:pk>/approved/", approving.enter_approval, name="enter_approval"),
    path("<uuid:pk>/sign/", signing.sign, name="sign"),
    path("<uuid:pk>/correct/", approving.correct, name="correct"),
    path("<uuid:pk>/paper/", documents.on_paper, name="paper"),
    path("corrections/<uuid:pk>/put/", approving.put_correction, name="put_correction"),
    path("agendas/<uuid:pk>/", documents.agenda, name="agenda"),
    path("resolutions/<uuid:pk>/", documents.resolution, name="resolution"),
    path("certificates/<uuid:pk>/", documents.certificate, name="certificate"),
    path("consents/<uuid:pk>/", documents.consent, name="consent"),
    path("signatures/<uuid:pk>/", signing.signature, name="signature"),
]
