"""The addresses of meetings."""

from django.urls import path

from governance.meetings import views

app_name = "meetings"
urlpatterns = [
    path("<uuid:pk>/", views.meeting, name="meeting"),
    path("sessions/<uuid:pk>/", views.session, name="session"),
]
