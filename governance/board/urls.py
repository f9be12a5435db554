"""The addresses of this room; the Board's own page is put together at the front door."""

from django.urls import path

from governance.board import views

app_name = "board"
urlpatterns = [
    path("questionnaires/<uuid:pk>/", views.questionnaire, name="questionnaire"),
    path("questionnaires/<uuid:pk>/sign/", views.sign, name="sign"),
    path("questionnaires/<uuid:pk>/receipt/", views.receipt, name="receipt"),
    path("questionnaires/<uuid:pk>/review/", views.review, name="review"),
    path("report-a-change/", views.report_change, name="report_change"),
]
