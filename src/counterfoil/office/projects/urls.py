"""The routes of projects, below `/office/<organization>/projects/`."""

from django.urls import path

from . import acts, comments, edit, index, invoicing, show, tasks

ONE = "<int:project_id>/"

urlpatterns = [
    path("", index.index, name="projects"),
    path("new/", edit.new, name="project_new"),
    path(ONE, show.show, name="project"),
    path(f"{ONE}edit/", edit.edit, name="project_edit"),
    path(f"{ONE}activation/", acts.activate, name="project_activate"),
    path(f"{ONE}deactivation/", acts.deactivate, name="project_deactivate"),
    path(f"{ONE}tasks/new/", tasks.new, name="task_new"),
    path(f"{ONE}tasks/<int:task_id>/", tasks.edit, name="task"),
    path(f"{ONE}tasks/<int:task_id>/retirement/", tasks.retire, name="task_retire"),
    path(f"{ONE}invoice/", invoicing.invoice, name="project_invoice"),
    path(f"{ONE}comments/", comments.add, name="comment_on_project"),
]
