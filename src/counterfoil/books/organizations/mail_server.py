"""Where an organization's mail goes out. The password goes in and is never shown again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import MailServer, Organization


@transaction.atomic
def change(
    organization: Organization,
    *,
    host: str,
    port: int,
    security: str,
    username: str,
    password: str | None,
    sender: str,
    by: Actor,
) -> MailServer:
    """Set the mail server up. `password` None keeps the one that is stored, but only for the same server and user.

    Raises Refused: HOST_MISSING, PORT, SECURITY, PASSWORD_AGAIN (it isn't handed to another server unseen).
    """
    organization = Organization.objects.select_for_update().defer("logo").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    host, username = host.strip().lower(), username.strip()
    if not host or any(character.isspace() or character in "/:@" for character in host):
        raise Refused("HOST_MISSING", _("Write the server's name, such as smtp.example.com."), field="host")
    if not 0 < port < 65536:
        raise Refused("PORT", _("Choose a port from 1 to 65535."), field="port")
    if security not in MailServer.Security.values:
        raise Refused("SECURITY", _("Choose how the connection is protected."), field="security")
    server = MailServer.objects.filter(organization=organization).first() or MailServer(organization=organization)
    is_elsewhere = (server.host, server.port, server.username) != (host, port, username)
    if password is None and server.password and username and is_elsewhere:
        raise Refused("PASSWORD_AGAIN", _("The server or user changed. Type the password again."), field="password")
    server.host, server.port, server.security, server.username, server.sender = host, port, security, username, sender
    if not username:
        server.password = ""
    elif password is not None:
        server.password = password
    server.save()
    record(
        "organization.mail_server_changed",
        organization,
        by=by,
        audience="office",
        host=host,
        port=port,
        security=security,
        username=username,
        sender=sender,
    )
    return server


@transaction.atomic
def forget(organization: Organization, *, by: Actor) -> None:
    """Take the mail server away; mail waits until there is another. Without one, nothing happens."""
    by.must_be_staff_of(organization.id, "owner")
    if MailServer.objects.filter(organization=organization).delete()[0]:
        record("organization.mail_server_removed", organization, by=by, audience="office")
