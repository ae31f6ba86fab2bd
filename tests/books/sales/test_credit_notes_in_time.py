"""Credit notes through random histories: the books stay exact, and what is left is what a list of figures says."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.ledger.models import CustomerBalance, Leg
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import taxes
from counterfoil.books.payments import allocations
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import conversions, credit_notes, invoices, reports
from counterfoil.books.sales.credit_notes import CreditNoteContent, RefundWish
from counterfoil.books.sales.models import CreditNote, CreditNoteRefund, Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from tests.support.books import invoice, pay
from tests.support.cast import Cast
from tests.support.locking import days_ago, today

VERBS = ("invoice", "write", "make of", "issue", "use", "take off", "give back", "void", "void invoice", "pay")
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 20), st.integers(1, 90), st.booleans(), st.integers(0, 60)),
    min_size=1,
    max_size=16,
)


class Story:
    """One customer's history. `credited` is kept beside the books: what each issued credit note is worth."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.by = cast, cast.by_olga
        self.vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal("17.5"), by=self.by)
        self.left: dict[int, int] = {}

    def line(self, pounds: int, *, is_taxed: bool) -> LineContent:
        rate = self.vat.id if is_taxed else None
        return LineContent("Boards", Decimal(1), Decimal(pounds) / 3, tax_rate_id=rate)

    def live(self, verb: str, place: int, pounds: int, *, flag: bool, back: int) -> None:
        notes, sold = list(CreditNote.objects.order_by("id")), list(Invoice.objects.order_by("id"))
        note = notes[place % len(notes)] if notes else None
        one = sold[place % len(sold)] if sold else None
        lines = [self.line(pounds, is_taxed=flag)]
        acts: dict[str, tuple[Any, Callable[[], Any]]] = {
            "invoice": (True, lambda: invoice(self.cast, lines=lines)),
            "write": (True, lambda: self.write(lines, back)),
            "make of": (one, lambda: conversions.invoice_to_credit_note(one, by=self.by, revision=one.revision)),
            "issue": (note, lambda: self.issue(note)),
            "use": (note and one, lambda: self.use(note, one, pounds * 50)),
            "take off": (note and one, lambda: self.take_off(note, one)),
            "give back": (note, lambda: self.give_back(note, pounds * 40)),
            "void": (note, lambda: self.void(note)),
            "void invoice": (one, lambda: self.void_invoice(one)),
            "pay": (True, lambda: pay(self.cast, self.cast.bakery, pounds * 10)),
        }
        needed, act = acts[verb]
        if needed:
            with suppress(Refused), transaction.atomic():
                act()

    def write(self, lines: list[LineContent], back: int) -> None:
        content = CreditNoteContent(dated=days_ago(back), lines=lines)
        credit_notes.create(self.cast.bakery, content, by=self.by)

    def issue(self, note: Any) -> None:
        note = credit_notes.mark_as_sent(note, by=self.by, revision=note.revision)
        self.left[note.id] = note.total_minor

    def use(self, note: Any, one: Any, minor: int) -> None:
        allocations.apply(one, {note.id: minor}, by=self.by, balance_seen=one.balance_minor)
        self.left[note.id] -= minor

    def take_off(self, note: Any, one: Any) -> None:
        before = one.balance_minor
        allocations.take_off(note, one, by=self.by)
        one.refresh_from_db()
        self.left[note.id] += one.balance_minor - before

    def give_back(self, note: Any, minor: int) -> None:
        wish = RefundWish(amount=Money(minor, "GBP"), mode=credit_notes.MODES.OTHER)
        credit_notes.refund(note, wish, by=self.by, form_key="")
        self.left[note.id] -= minor

    def void(self, note: Any) -> None:
        credit_notes.void(note, by=self.by, revision=note.revision)
        self.left[note.id] = 0

    def void_invoice(self, one: Any) -> None:
        from counterfoil.books.ledger import ledger

        used = {id: minor for (kind, id), minor in ledger.applied_to(one).items() if kind == "credit_note"}
        invoices.void(one, by=self.by, revision=one.revision)
        for note_id, minor in used.items():
            self.left[note_id] += minor

    def check(self) -> None:
        """The figures beside the books are those in them, and the report on tax is what stands in the documents."""
        assert differences() == []
        issued = CreditNote.objects.exclude(state="draft")
        assert {note.id: note.balance_minor for note in issued} == self.left
        paid = sum(Payment.objects.values_list("balance_minor", flat=True))
        balance = CustomerBalance.objects.filter(customer=self.cast.bakery).first()
        assert (balance.credit_minor if balance else 0) == sum(self.left.values()) + paid
        went = sum(CreditNoteRefund.objects.values_list("amount_minor", flat=True))
        cash = Leg.objects.filter(document_kind="credit_note", account="cash").values_list("minor", flat=True)
        assert -sum(cash) == went
        standing = CreditNote.objects.filter(state="issued")
        (taxed,) = reports.taxed(self.cast.studio.id, days_ago(99), today()) or (None,)
        if taxed is not None:
            assert taxed.credited_minor == sum(note.tax_minor for note in standing)
            sold = Invoice.objects.filter(state="issued")
            bases = [sum(tax["base_minor"] for one in rows for tax in one.taxes) for rows in (sold, standing)]
            assert taxed.base_minor == bases[0] - bases[1]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 4,
)
@given(steps=STEPS)
def test_whatever_is_credited_used_given_back_and_voided_the_books_are_exact(cast: Cast, steps: list[Any]) -> None:
    with transaction.atomic():
        story = Story(cast)
        for verb, place, pounds, flag, back in steps:
            story.live(verb, place, pounds, flag=flag, back=back)
        story.check()
        transaction.set_rollback(True)
