"""The addresses of meetings."""

from django.urls import path

from governance.meetings.views import conduct, meetings, requests, session

app_name = "meetings"
urlpatterns = [
    path("", meetings.meetings, name="meetings"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.ask, name="ask"),
    path("requests/<uuid:pk>/", requests.request, name="request"),
    path("requests/<uuid:pk>/<slug:name>/", requests.act, name="request_act"),
    path("<uuid:pk>/", meetings.meeting, name="meeting"),
    path("<uuid:pk>/reply/", meetings.reply, name="reply"),
    path("<uuid:pk>/attendance/", conduct.attendance, name="attendance"),
    path("<uuid:pk>/<slug:move>/", conduct.act, name="act"),
    path("items/<uuid:pk>/", meetings.item, name="item"),
    path("items/<uuid:pk>/recuse/", meetings.recuse, name="recuse"),
    path("sessions/<uuid:pk>/", session.session, name="session"),
    path("sessions/<uuid:pk>/choose/", session.choose, name="choose"),
    path("sessions/<uuid:pk>/note/", session.note, name="note"),
    path("sessions/<uuid:pk>/<slug:name>/", session.act, name="session_act"),
]
