"""The office's routes. Each page family's views are in the module of its name."""

from django.urls import URLPattern

app_name = "office"
urlpatterns: list[URLPattern] = []
