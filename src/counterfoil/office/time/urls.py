"""The routes of timesheets, below `/office/<organization>/timesheets/`."""

from django.urls import path

from . import entry, index, timer

urlpatterns = [
    path("", index.index, name="time_entries"),
    path("new/", entry.new, name="time_entry_new"),
    path("timer/", timer.start, name="timer_start"),
    path("timer/<int:timer_id>/stop/", timer.stop, name="timer_stop"),
    path("timer/<int:timer_id>/discard/", timer.discard, name="timer_discard"),
    path("<int:entry_id>/", entry.show, name="time_entry"),
    path("<int:entry_id>/edit/", entry.edit, name="time_entry_edit"),
    path("<int:entry_id>/deletion/", entry.delete, name="time_entry_delete"),
]
