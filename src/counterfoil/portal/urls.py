"""The portal's routes. Each page family's views are in the module of its name."""

from django.urls import URLPattern

app_name = "portal"
urlpatterns: list[URLPattern] = []
