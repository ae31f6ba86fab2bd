"""Who is this? Asked before every page, so both questions are worked out once (decision 19)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from counterfoil.books.accounts import sessions
from counterfoil.books.accounts.models import Session, User
from counterfoil.foundation import clock
from counterfoil.foundation.prepared import Key, Prepared
from counterfoil.reach.addresses import network_address


class AuthenticationBackend(AllauthBackend):
    """Allauth's: by e-mail address and password."""

    def get_user(self, user_id: int) -> Any:
        user = next(iter(_user(user_id)), None)
        return user if self.user_can_authenticate(user) else None


class SessionStore(db.SessionStore):
    """Django's: a row for each session. Ours says whose it is, and where it is used, so that people find theirs."""

    row: Session | None = None  # as it was read, if it was
    agent, address = "", ""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        user_id = data.get("_auth_user_id")
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=int(user_id) if user_id else None,
            agent=self.agent,
            address=self.address,
            used_at=clock.now(),
        )

    def _get_session_from_db(self) -> Session | None:
        session: Session | None = next(iter(_session(Key(self.session_key))), None)
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return None
        self.row = session
        return session


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's, which also tells the session where it is used."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        store: Any = request.session
        store.agent = request.headers.get("User-Agent", "")[:200]
        store.address = network_address(request)[:45]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        store: Any = request.session
        if store.row is not None and response.status_code < 500:
            sessions.note_use(store.row, agent=store.agent, address=store.address)
        answer: HttpResponse = super().process_response(request, response)
        return answer


@Prepared
def _user(user_id: int) -> QuerySet[User]:
    return User.objects.filter(id=user_id)


@Prepared
def _session(key: Key) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)
