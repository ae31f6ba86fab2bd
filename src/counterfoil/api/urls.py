"""The addresses that programs call."""

from django.urls import path

from . import webhooks

app_name = "api"

urlpatterns = [path("hooks/<int:gateway_id>/", webhooks.hear, name="hook")]
