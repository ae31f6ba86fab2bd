"""The office's routes. Each page family's views are in the module of its name."""

from django.urls import path

from . import home

app_name = "office"
urlpatterns = [
    path("<int:organization_id>/", home.show, name="home"),
]
