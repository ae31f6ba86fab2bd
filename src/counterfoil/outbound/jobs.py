"""What is done every so often."""

from datetime import timedelta

from django.conf import settings
from django.db import connection

from counterfoil.books.accounts import sign_in_links
from counterfoil.books.accounts.models import Session
from counterfoil.books.files import keeping
from counterfoil.books.payments import reconciling, reminders
from counterfoil.books.sales import recurring_invoices
from counterfoil.books.sharing import shared_files
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM

from . import batches
from .containment import Contained
from .scheduler import every


@every(timedelta(days=1), "sessions.clear_expired")
def clear_expired_sessions() -> None:
    """Forget sessions, and links to sign in, that nobody can use any more."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    sign_in_links.forget_old()


@every(timedelta(hours=6), "cache.clear_expired")
def clear_expired_cache() -> None:
    """Forget what the shared cache no longer gives out; by itself it does so only when it is full."""
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    before = connection.ops.adapt_datetimefield_value(clock.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [before])  # noqa: S608 (the name is from our settings)


@every(timedelta(days=1), "gateways.reconcile")
def compare_with_gateways() -> None:
    """Every night, what the gateways have is compared with the books."""
    for account in reconciling.all_accounts():
        with Contained("gateway=%s", account.id):
            reconciling.reconcile(account)


@every(timedelta(hours=6), "batches.clear_old")
def clear_old_batches() -> None:
    """Forget what was done to many documents at once, and its files, a day after it was begun."""
    batches.throw_old_away()


@every(timedelta(hours=6), "files.sweep")
def sweep_files() -> None:
    """Forget the content that no row has had for a day: of what was removed, and of what nothing came."""
    shared_files.remove_of_what_is_gone(by=SYSTEM)
    keeping.sweep()


@every(timedelta(minutes=10), "reminders.send")
def remind_of_what_is_owed() -> None:
    """Each organization has its hour, in its own time zone; each step of an invoice is told of once."""
    for step in reminders.due():
        with Contained("reminder of invoice=%s", step.invoice.id):
            reminders.remind(step, by=SYSTEM)


@every(timedelta(minutes=10), "recurring_invoices.make")
def make_recurring_invoices() -> None:
    """Those of every date that has come where its organization is, each once, however long nobody made any."""
    for profile in recurring_invoices.due():
        with Contained("recurring invoice=%s", profile.id):
            while recurring_invoices.make_next(profile, by=SYSTEM):
                pass
