"""The office's routes. Each page family's views are in the module of its name."""

from django.urls import path

from . import bell, home

app_name = "office"
urlpatterns = [
    path("<int:organization_id>/", home.show, name="home"),
    path("<int:organization_id>/bell/", bell.index, name="bell"),
    path("<int:organization_id>/bell/read/", bell.read, name="bell_read"),
    path("<int:organization_id>/bell/<int:notification_id>/", bell.show, name="bell_line"),
]
