"""The addresses of decisions."""

from django.urls import path

from governance.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", views.decisions, name="decisions"),
    path("<uuid:pk>/", views.motion, name="motion"),
    path("<uuid:pk>/<slug:move>/", views.conduct, name="conduct"),
    path("receipts/<uuid:pk>/", views.receipt, name="receipt"),
    path("items/<uuid:pk>/motion/", views.put, name="put"),
]
