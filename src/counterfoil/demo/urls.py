"""What only the demo has: the page where its mails go."""

from django.urls import path

from . import outbox

app_name = "demo"
urlpatterns = [
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/<int:mail_id>/", outbox.show, name="outbox_mail"),
    path("outbox/<int:mail_id>/html/", outbox.html, name="outbox_html"),
]
