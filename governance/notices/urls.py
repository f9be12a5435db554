from django.urls import path

from governance.notices import views

app_name = "notices"
urlpatterns = [
    path("<uuid:pk>/", views.open_notice, name="open"),
]
