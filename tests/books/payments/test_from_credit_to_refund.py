"""Credit notes, retainer invoices and payments, used for invoices and given back, in any order and by anybody.

No forbidden state, nothing used or given back twice, and exact books: what an act moves is said beside it, and it moves
nothing else.
"""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance, Leg
from counterfoil.books.payments import allocations, payments, returns
from counterfoil.books.payments.models import Payment, Return, ReturnShare
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import conversions, credit_notes, invoices, quotes, retainer_invoices, write_offs
from counterfoil.books.sales.credit_notes import CreditNoteContent, RefundWish
from counterfoil.books.sales.models import CreditNote, CreditNoteRefund, Invoice, Quote, RetainerInvoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.retainer_invoices import RetainerContent
from counterfoil.foundation.money import Money
from tests.support.books import credit_note, draft_credit_note, draft_retainer, invoice, paid_retainer, quote, retainer
from tests.support.cast import Cast
from tests.support.locking import today
from tests.support.stories import PEOPLE, Story, tell

CREDITS = (Payment, CreditNote, RetainerInvoice)
PENCE = st.integers(0, 9_000)
WHO = st.sampled_from((*PEOPLE, *["olga"] * 8))  # mostly somebody who may, so that stories get somewhere
FITS = st.sampled_from((True, True, False))  # whether it is as much as there is, or anything
NEW = 0  # whatever the act made
OTHER, CREDIT, OPEN_AGAIN = Return.Way.OTHER, Return.Way.CREDIT, Return.Effect.OPEN_AGAIN


class Credit(Story):
    """One customer's invoices, and what pays them: each figure is (what is owed, left or held; what is unpaid)."""

    types = (Invoice, CreditNote, RetainerInvoice, Quote)
    verbs = {
        Invoice: (
            invoices.mark_as_sent,
            invoices.void,
            invoices.reinstate,
            invoices.delete,
            write_offs.write_off,
            write_offs.undo,
            conversions.invoice_to_credit_note,
        ),
        CreditNote: (credit_notes.mark_as_sent, credit_notes.void, credit_notes.delete),
        RetainerInvoice: (retainer_invoices.mark_as_sent, retainer_invoices.void, retainer_invoices.delete),
        Quote: (quotes.mark_as_sent, quotes.decline, quotes.delete, conversions.quote_to_retainer_invoice),
    }

    def begin(self) -> None:
        self.keys = 0
        bill, note = invoice(self.cast), credit_note(self.cast, amount="40")
        one = paid_retainer(self.cast, amount="70")
        used = {note.id: 1_500, one.id: 2_000}
        allocations.apply(bill, used, by=self.cast.by_olga, balance_seen=bill.balance_minor)
        draft_credit_note(self.cast, amount="25")
        draft_retainer(self.cast, amount="30")
        quotes.accept(quote(self.cast), by=self.cast.by_ana, revision=1)

    def figures(self) -> dict[int, tuple[int, int]]:
        rows = [one for model in (Invoice, *CREDITS) for one in model._default_manager.all()]
        return {one.id: (one.balance_minor, getattr(one, "unpaid_minor", 0)) for one in rows}

    def move(self, moves: dict[int, tuple[int, int]], verb: Any, *args: Any, **more: Any) -> None:
        """Do it; if it is done, it moves so much of each of these, and nothing of anything else."""
        before = self.figures()
        if not self.attempt(verb, *args, **more):
            return
        moved = {}
        for pk, (balance, unpaid) in self.figures().items():
            was_balance, was_unpaid = before.get(pk, (0, 0))
            if (by := (balance - was_balance, unpaid - was_unpaid)) != (0, 0):
                moved[pk if pk in before else NEW] = by
        assert moved == {pk: by for pk, by in moves.items() if by != (0, 0)}, verb.__name__

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    @rule(pounds=st.integers(1, 90), write=st.sampled_from((invoice, credit_note, retainer)))
    def another(self, pounds: int, write: Any) -> None:
        write(self.cast, amount=str(pounds))

    @rule(data=st.data(), who=WHO, model=st.sampled_from((CreditNote, RetainerInvoice)))
    def a_step_on(self, data: Any, who: str, model: Any) -> None:
        """It is edited, issued or made void."""
        if (one := self.pick(model, data)) is None:
            return
        is_note, was = model is CreditNote, {"who": who, "revision": one.revision}
        verbs, content = (credit_notes, CreditNoteContent) if is_note else (retainer_invoices, RetainerContent)
        act = data.draw(st.sampled_from(("edit", "mark_as_sent", "void")))
        if act == "edit":
            lines = [LineContent("Another", Decimal(1), Decimal(data.draw(PENCE)) / 100)]
            self.move({}, verbs.edit, one, content(dated=today(), lines=lines), **was)
        else:
            minor = one.total_minor if act == "mark_as_sent" else -one.total_minor
            self.move({one.id: (minor, 0) if is_note else (0, minor)}, getattr(verbs, act), one, **was)

    @rule(data=st.data(), who=WHO, fits=FITS, beside=st.sampled_from((0, 0, 500)))
    def pay(self, data: Any, who: str, beside: int, *, fits: bool) -> None:
        """A payment is recorded, of an invoice or of a retainer invoice, and something beside it."""
        if (one := self.pick(data.draw(st.sampled_from((Invoice, RetainerInvoice))), data)) is None:
            return
        minor = one.to_pay_minor if fits else data.draw(PENCE)
        moves = {one.id: (minor, -minor) if isinstance(one, RetainerInvoice) else (-minor, 0), NEW: (beside, 0)}
        self.move(
            moves,
            payments.record,
            who=who,
            customer_id=one.customer_id,
            amount=Money(minor + beside, "GBP"),
            shares={one.id: minor},
            paid_on=today(),
            mode=Payment.Mode.CASH,
            recording_key=self.key(),
        )

    @rule(data=st.data(), who=WHO, fits=FITS, late=st.sampled_from((0, 0, 0, 1)))
    def use(self, data: Any, who: str, late: int, *, fits: bool) -> None:
        """Credit or a retainer is used for an invoice, from the page of either."""
        credit, bill = self.pick(data.draw(st.sampled_from(CREDITS)), data), self.pick(Invoice, data)
        if credit is None or bill is None:
            return
        minor = min(credit.balance_minor, bill.balance_minor) if fits else data.draw(PENCE)
        moves = {credit.id: (-minor, 0), bill.id: (-minor, 0)}
        if isinstance(credit, RetainerInvoice) and data.draw(st.booleans()):
            held_seen = credit.balance_minor + late
            self.move(moves, allocations.draw, credit, {bill.id: minor}, who=who, held_seen=held_seen)
        else:
            balance_seen = bill.balance_minor + late
            self.move(moves, allocations.apply, bill, {credit.id: minor}, who=who, balance_seen=balance_seen)

    @rule(data=st.data(), who=WHO)
    def take_off(self, data: Any, who: str) -> None:
        """What is used is taken off again; or something that isn't used there."""
        credit = self.pick(data.draw(st.sampled_from(CREDITS)), data)
        used = ledger.applied_from(credit) if credit else {}
        of_invoices = [pk for kind, pk in used if kind == "invoice"]
        bill = Invoice.objects.get(id=data.draw(st.sampled_from(of_invoices))) if of_invoices else None
        if credit is not None and (bill := bill or self.pick(Invoice, data)) is not None:
            minor = used.get(("invoice", bill.id), 0)
            self.move({credit.id: (minor, 0), bill.id: (minor, 0)}, allocations.take_off, credit, bill, who=who)

    @rule(data=st.data(), who=WHO, fits=FITS)
    def give_credit_back(self, data: Any, who: str, *, fits: bool) -> None:
        if (note := self.pick(CreditNote, data)) is not None:
            minor = note.balance_minor if fits else data.draw(PENCE)
            wish = RefundWish(amount=Money(minor, "GBP"), mode=credit_notes.MODES.CASH)
            self.move({note.id: (-minor, 0)}, credit_notes.refund, note, wish, who=who, form_key=self.key())

    @rule(
        data=st.data(), who=WHO, fits=FITS, way=st.sampled_from((OTHER, CREDIT)), effect=st.sampled_from(Return.Effect)
    )
    def give_back(self, data: Any, who: str, way: Any, effect: Any, *, fits: bool) -> None:
        """Money of a payment goes back, out of the invoices and retainers that it is used for; or becomes credit."""
        if (payment := self.pick(Payment, data)) is None:
            return
        used = {pk: minor for (_kind, pk), minor in ledger.applied_from(payment).items()}
        retainers = RetainerInvoice.objects.in_bulk(used)
        there = {pk: retainers[pk].balance_minor if pk in retainers else minor for pk, minor in used.items()}
        minor = payment.balance_minor + sum(there.values()) if fits else data.draw(PENCE)
        needed, shares = minor if way == CREDIT else max(0, minor - payment.balance_minor), {}
        for pk, most in (there if fits else used).items():
            if share := min(most, needed):
                shares[pk], needed = share, needed - share
        moves = {payment.id: (minor if way == CREDIT else sum(shares.values()) - minor, 0)}
        for pk, share in shares.items():
            moves[pk] = (-share if pk in retainers else share if effect == OPEN_AGAIN else 0, 0)
        wish = Wish(Money(minor, "GBP"), way, effect, shares)
        self.move(moves, returns.begin, payment, wish, who=who, form_key=self.key())

    @invariant()
    def every_document_adds_up(self) -> None:
        for note in CreditNote.objects.all():
            gone = sum(ledger.applied_from(note).values()) + sum(one.amount_minor for one in note.refunds.all())
            assert note.balance_minor + gone == (note.total_minor if note.state == "issued" else 0)
        for one in RetainerInvoice.objects.all():
            given = ReturnShare.objects.filter(retainer=one, grant__isnull=False).values_list("minor", flat=True)
            gone = sum(ledger.applied_from(one).values()) + sum(given)
            assert one.unpaid_minor + one.balance_minor + gone == (one.total_minor if one.state == "issued" else 0)
            assert sum(ledger.applied_to(one).values()) == one.paid_minor in (0, one.total_minor)
        for bill in Invoice.objects.all():
            stands = bill.total_minor if bill.state in ("issued", "written_off") else 0
            paid = sum(ledger.applied_to(bill).values())
            assert bill.balance_minor + paid + bill.written_off_minor == stands

    @invariant()
    def the_customer_has_what_the_documents_say(self) -> None:
        def left(*models: Any) -> int:
            return sum(sum(model._default_manager.values_list("balance_minor", flat=True)) for model in models)

        balance = CustomerBalance.objects.get(customer=self.cast.bakery)
        kept = (balance.receivable_minor, balance.credit_minor, balance.retained_minor)
        assert kept == (left(Invoice), left(Payment, CreditNote), left(RetainerInvoice))
        came = sum(Payment.objects.values_list("amount_minor", flat=True))
        went = sum(Return.objects.filter(way=OTHER).values_list("amount_minor", flat=True))
        went += sum(CreditNoteRefund.objects.values_list("amount_minor", flat=True))
        assert sum(Leg.objects.filter(account="cash").values_list("minor", flat=True)) == came - went


def test_whatever_is_done_in_whatever_order(cast: Cast) -> None:
    tell(lambda: Credit(cast))
