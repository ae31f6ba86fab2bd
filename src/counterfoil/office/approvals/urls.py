"""The routes of customer approvals, below `/office/<organization>/approvals/`."""

from django.urls import path

from . import acts, conversation, edit, index, show

urlpatterns = [
    path("", index.index, name="approvals"),
    path("new/", edit.new, name="approval_new"),
    path("<int:approval_id>/", show.show, name="approval"),
    path("<int:approval_id>/edit/", edit.edit, name="approval_edit"),
    path("<int:approval_id>/sending/", acts.send, name="approval_send"),
    path("<int:approval_id>/recall/", acts.recall, name="approval_recall"),
    path("<int:approval_id>/deletion/", acts.delete, name="approval_delete"),
    path("<int:approval_id>/comments/", conversation.add, name="comment_on_approval"),
]
