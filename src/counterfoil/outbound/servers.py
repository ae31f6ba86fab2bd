"""Speaks to mail servers: which one an organization's mail goes through, and what its answer means."""

import smtplib
import ssl
from dataclasses import dataclass, field
from types import TracebackType

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from counterfoil.books.organizations.models import MailServer, Organization

TIMEOUT = 15  # seconds for each answer of the server
NEEDS_OTHER_SETTINGS = (454, 530, 534, 535, 538)  # it wants another sign-in: not this mail's fault


@dataclass(frozen=True)
class Server:
    """Where mail goes out, and from which address."""

    host: str
    port: int
    security: str  # "starttls", "tls" or "none"
    username: str
    password: str = field(repr=False)
    sender: str


class Rejected(Exception):
    """The server will never take this mail. The message has its words."""


class NotNow(Exception):
    """The mail could not be handed over this time. The message says why, in the server's words where it spoke."""


def server_for(organization: Organization | None) -> Server | None:
    """The installation's server if the environment names one, else the organization's own; None without either.

    None for sample data too, whatever is set up: nothing leaves the house from there.
    """
    if organization is not None and organization.is_sample:
        return None
    environment = settings.ENVIRONMENT
    if environment.mail_host:
        return Server(
            host=environment.mail_host,
            port=environment.mail_port,
            security=environment.mail_security,
            username=environment.mail_username,
            password=environment.mail_password,
            sender=environment.mail_sender or f"no-reply@{environment.host}",
        )
    row = MailServer.objects.filter(organization=organization).first() if organization else None
    return server_from(row) if row else None


def server_from(row: MailServer) -> Server:
    """The server that an organization has set up."""
    return Server(
        host=row.host,
        port=row.port,
        security=row.security,
        username=row.username,
        password=row.password,
        sender=row.sender,
    )


class Postman:
    """Hands mails over, one connection for each server; `with Postman() as postman: postman.hand_over(server, mail)`.

    A server that did not answer is not asked again by the same postman, so that it delays nobody else's mail.
    """

    def __init__(self) -> None:
        self._open: dict[Server, EmailBackend] = {}
        self._away: dict[Server, str] = {}

    def __enter__(self) -> "Postman":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in list(self._open):
            self._hang_up(server)

    def hand_over(self, server: Server, mail: EmailMessage) -> None:
        """Give a mail to its server. Raises Rejected (for good) or NotNow; otherwise the server has accepted it."""
        if server in self._away:
            raise NotNow(self._away[server])
        backend = self._connected(server)
        try:
            backend.send_messages([mail])
        except OSError as error:  # smtplib's errors are of this kind too
            self._hang_up(server)
            raise _meaning(error) from error

    def _connected(self, server: Server) -> EmailBackend:
        backend = self._open.get(server) or EmailBackend(
            host=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security == "starttls",
            use_ssl=server.security == "tls",
            timeout=TIMEOUT,
        )
        try:
            backend.open()
        except OSError as error:
            self._away[server] = words_of(error)
            raise NotNow(self._away[server]) from error
        self._open[server] = backend
        return backend

    def _hang_up(self, server: Server) -> None:
        backend = self._open.pop(server, None)
        if backend is None or backend.connection is None:
            return
        try:
            backend.connection.quit()
        except OSError:
            backend.connection.close()
        backend.connection = None


def words_of(error: OSError) -> str:
    """What went wrong, in the server's words where it spoke, else in the system's."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(code, said) for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The server's certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "The server did not answer in time."
    return str(error) or type(error).__name__


def _answer(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"


def _meaning(error: OSError) -> Rejected | NotNow:
    """5xx is for good, unless it is about the sign-in; everything else is worth another try."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    else:
        codes = []
    for_good = bool(codes) and all(code >= 500 and code not in NEEDS_OTHER_SETTINGS for code in codes)
    return Rejected(words_of(error)) if for_good else NotNow(words_of(error))
