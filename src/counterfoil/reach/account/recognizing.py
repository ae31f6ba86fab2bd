"""Who is this? Asked before every page, so both questions are worked out once (decision 19)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from counterfoil.books.accounts.models import User
from counterfoil.foundation.prepared import Key, Prepared


class AuthenticationBackend(AllauthBackend):
    """Allauth's: by e-mail address and password."""

    def get_user(self, user_id: int) -> Any:
        user = next(iter(_user(user_id)), None)
        return user if self.user_can_authenticate(user) else None


class SessionStore(db.SessionStore):
    """Django's: a row for each session."""

    def _get_session_from_db(self) -> Session | None:
        session: Session | None = next(iter(_session(Key(self.session_key))), None)
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return None
        return session


@Prepared
def _user(user_id: int) -> QuerySet[User]:
    return User.objects.filter(id=user_id)


@Prepared
def _session(key: Key) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)
