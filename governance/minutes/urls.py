"""The addresses of minutes."""

from django.urls import path

from governance.minutes.views import documents, minutes

app_name = "minutes"
urlpatterns = [
    path("of/<uuid:pk>/", minutes.draft, name="draft"),
    path("<uuid:pk>/", minutes.minutes, name="minutes"),
    path("<uuid:pk>/write/", minutes.write, name="write"),
    path("<uuid:pk>/comment/", minutes.comment, name="comment"),
    path("<uuid:pk>/circulate/", minutes.circulate, name="circulate"),
    path("<uuid:pk>/put/", minutes.put, name="put"),
    path("<uuid:pk>/approved/", minutes.enter_approval, name="enter_approval"),
    path("<uuid:pk>/sign/", minutes.sign, name="sign"),
    path("<uuid:pk>/correct/", minutes.correct, name="correct"),
    path("<uuid:pk>/paper/", documents.on_paper, name="paper"),
    path("corrections/<uuid:pk>/put/", minutes.put_correction, name="put_correction"),
    path("agendas/<uuid:pk>/", documents.agenda, name="agenda"),
    path("resolutions/<uuid:pk>/", documents.resolution, name="resolution"),
    path("certificates/<uuid:pk>/", documents.certificate, name="certificate"),
    path("consents/<uuid:pk>/", documents.consent, name="consent"),
    path("signatures/<uuid:pk>/", minutes.signature, name="signature"),
]
