"""A test mail, sent at once, and what the server answered in words."""

from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from counterfoil.books.organizations.models import Organization

from .servers import NotNow, Postman, Rejected, server_for
from .stationery import Letter, one_line, typeset


@dataclass(frozen=True)
class Answer:
    """Whether the server took the mail, and a sentence about it; `words` are the server's own, if it spoke."""

    is_good: bool
    sentence: str
    words: str = ""


def send(organization: Organization, *, to: str, name: str) -> Answer:
    """Send a test mail now through the server that the organization's mail goes through. Waits for the server."""
    if organization.is_sample:
        return Answer(is_good=False, sentence=_("This is sample data: no mail goes out."))
    server = server_for(organization)
    if server is None:
        return Answer(is_good=False, sentence=_("No mail server is set up yet."))
    letter = Letter(
        subject=_("Test mail from %(organization)s") % {"organization": one_line(organization.name)},
        paragraphs=[_("This is the test mail that you asked for. Mail from Counterfoil reaches you.")],
    )
    text, html = typeset(letter, to=name, organization=organization)
    mail = EmailMultiAlternatives(subject=letter.subject, body=text, from_email=server.sender, to=[to])
    mail.attach_alternative(html, "text/html")
    try:
        with Postman() as postman:
            postman.hand_over(server, mail)
    except Rejected as refusal:
        return Answer(is_good=False, sentence=_("The server refused the mail."), words=str(refusal))
    except NotNow as failure:
        return Answer(is_good=False, sentence=_("The mail could not be handed over."), words=str(failure))
    return Answer(is_good=True, sentence=_("The server accepted the mail. Look into the inbox of %(to)s.") % {"to": to})
