from django.urls import path

from governance.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox_page, name="inbox"),
    path("read/", views.mark_all_read, name="mark_all_read"),
    path("preferences/", views.preferences, name="preferences"),
    path("less/<str:token>/", views.less, name="less"),
    path("<uuid:pk>/", views.open_notice, name="open"),
]
