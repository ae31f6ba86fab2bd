"""Where somebody is signed in: one row for each browser. Whose row goes is signed out with their next request."""

from datetime import timedelta

from django.db.models import QuerySet

from counterfoil.foundation import clock

from .models import Session

NOTED_EVERY = timedelta(minutes=10)  # that a session is in use; each page would be a write otherwise


def of(user_id: int) -> list[Session]:
    """Those that are open, the one that was used last first."""
    return list(_of(user_id).filter(expire_date__gt=clock.now()).order_by("-used_at", "session_key"))


def end(user_id: int, name: str) -> bool:
    """End the one that a page called so; False when there is none."""
    found = next((one for one in of(user_id) if one.name == name), None)
    return found is not None and bool(_of(user_id).filter(session_key=found.session_key).delete()[0])


def end_all(user_id: int, *, but: str | None = None) -> None:
    """End every one, but the one with this key."""
    _of(user_id).exclude(session_key=but or "").delete()


def note_use(session: Session, *, agent: str, address: str) -> None:
    """Keep that it is used now, from where and with what; every few minutes only."""
    if session.user_id is None or clock.now() - session.used_at < NOTED_EVERY:
        return
    used = {"used_at": clock.now(), "agent": agent, "address": address}
    Session.objects.filter(session_key=session.session_key).update(**used)


def _of(user_id: int) -> QuerySet[Session]:
    return Session.objects.filter(user_id=user_id)
