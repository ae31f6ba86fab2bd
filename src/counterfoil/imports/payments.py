"""Importing payments: one row for each invoice that one was used for, or one without an invoice."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import external_ids, organizations
from counterfoil.books.payments import bulk
from counterfoil.books.payments.bulk import PastPayment
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.refusal import Refused

from .customers import known
from .documents import AT_ONCE, customer_of, grouped, minor, must_come_once, written
from .plans import SOURCE, Plan, Setting
from .records import Record

Mode = Payment.Mode
MODES = {
    "cash": Mode.CASH,
    "check": Mode.CHEQUE,
    "cheque": Mode.CHEQUE,
    "bank transfer": Mode.BANK_TRANSFER,
    "banktransfer": Mode.BANK_TRANSFER,
    "bank remittance": Mode.BANK_TRANSFER,
    "bankremittance": Mode.BANK_TRANSFER,
    "credit card": Mode.CARD,
    "creditcard": Mode.CARD,
    "card": Mode.CARD,
}


class Payments:
    """Plans the import of a file of payments."""

    def __init__(self, setting: Setting, plan: Plan, rows: Sequence[Customer]) -> None:
        self.setting, self.plan, self.problems = setting, plan, plan.problems
        organization = setting.organization
        self.customers = known(setting, rows)
        self.today = organizations.today(organization.id)
        self.ids = external_ids.known(organization.id, SOURCE, "payment")
        self.stated = external_ids.stated(organization.id, SOURCE, "invoice")
        self.left: dict[int, int] = {}  # what each invoice would still owe
        self.touched: dict[int, tuple[int, Invoice]] = {}  # the last line that is about an invoice
        self.past: list[PastPayment] = []
        self.keys: list[str] = []
        self.linked: list[tuple[str, int]] = []
        self.numbers: dict[str, int] = {}

    def add(self, records: Iterable[Record]) -> None:
        groups = list(grouped(records, self.problems))
        self._look_up(groups)
        for group in groups:
            try:
                self._add(group[0], group)
            except Refused as refusal:
                self.problems.refuse(refusal.details.get("line", group[0].line), refusal)
        complete = self._complete()
        self.plan.new += len(self.past)
        self.plan.steps.append(lambda: self._write(complete))

    def _look_up(self, groups: Sequence[Sequence[Record]]) -> None:
        """The invoices that the file names, and the payments of its numbers and ids that are here."""
        of = {"organization": self.setting.organization}
        names = sorted({record.text("invoice") for group in groups for record in group if record.text("invoice")})
        self.invoices: dict[str, Invoice] = {}
        for start in range(0, len(names), AT_ONCE):
            for one in Invoice.objects.filter(number__in=names[start : start + AT_ONCE], **of).defer("notes", "terms"):
                self.invoices[one.number] = one
                self.left[one.id] = one.balance_minor
        numbers = [group[0].text("number") for group in groups]
        ids = [self.ids[group[0].text("id")] for group in groups if group[0].text("id") in self.ids]
        self.here: dict[int | str, Payment] = {}
        for name, wanted in (("number__in", numbers), ("id__in", ids)):
            for start in range(0, len(wanted), AT_ONCE):
                for payment in Payment.objects.filter(**{name: wanted[start : start + AT_ONCE]}, **of):
                    self.here |= {payment.id: payment, payment.number: payment}

    def _add(self, first: Record, group: list[Record]) -> None:
        number, external = first.text("number"), first.text("id") or f"number {first.text('number')}"
        must_come_once(first, self.numbers)
        customer = customer_of(first, self.customers)
        if "retainer" in first.text("type").casefold():
            raise Refused("RETAINER", _("Payments of retainer invoices can't be imported."), field="type")
        past = self._past(first, group, customer)
        if here := self.here.get(self.ids.get(external, 0)) or self.here.get(number):
            self._compare(past, here)
            if external not in self.ids:
                self.linked.append((external, here.id))
                self.plan.linked += 1
            self.plan.same += 1
            return
        self._use(past, group)
        self.past.append(past)
        self.keys.append(external)

    def _past(self, first: Record, group: list[Record], customer: Customer) -> PastPayment:
        amount, charges = minor(first, "amount", customer), minor(first, "charges", customer) or 0
        paid_on = first.day("paid_on")
        if amount is None or amount <= 0:
            raise Refused("AMOUNT", _("Enter an amount above zero."), field="amount")
        if not 0 <= charges < amount:
            raise Refused("CHARGES", _("The bank's charges must be less than the amount."), field="charges")
        if paid_on is None:
            raise Refused("DATE", _("Write a date."), field="paid_on")
        if paid_on > self.today:
            raise Refused(
                "NOT_YET_PAID", _("This day hasn't come yet. Choose today or an earlier one."), field="paid_on"
            )
        mode = MODES.get(first.text("mode").casefold(), Mode.OTHER)
        past = PastPayment(
            customer=customer,
            number=first.text("number"),
            amount_minor=amount,
            bank_charges_minor=charges,
            paid_on=paid_on,
            mode=mode,
            method_label=first.text("mode") if mode == Mode.OTHER else "",
            reference=first.text("reference"),
            notes=first.text("notes"),
            shares=self._shares(group, customer),
        )
        unused = minor(first, "unused", customer)
        if past.unused_minor < 0 or unused not in (None, past.unused_minor):
            sentence = _("%(amount)s is not what was used for invoices, %(used)s, and what is left of it together.")
            used = written(amount - past.unused_minor, customer)
            raise Refused("SHARES", sentence % {"amount": written(amount, customer), "used": used}, field="amount")
        return past

    def _shares(self, group: list[Record], customer: Customer) -> list[tuple[Invoice, int]]:
        found: dict[int, tuple[Invoice, int]] = {}
        for record in group:
            share, name = minor(record, "applied", customer) or 0, record.text("invoice")
            if not share:
                continue
            invoice = self.invoices.get(name)
            if invoice is None or invoice.customer_id != customer.id:
                sentence = _("%(customer)s has no invoice “%(number)s” here. Import the invoices first.")
                said = {"customer": customer.display_name, "number": name[:40]}
                raise Refused("NO_INVOICE", sentence % said, field="invoice", line=record.line)
            if share < 0:
                raise Refused("NEGATIVE", _("This can't be below zero."), field="applied", line=record.line)
            found[invoice.id] = (invoice, found.get(invoice.id, (invoice, 0))[1] + share)
        return list(found.values())

    def _compare(self, past: PastPayment, here: Payment) -> None:
        was = (here.customer_id, here.paid_on, here.amount_minor)
        if was != (past.customer.id, past.paid_on, past.amount_minor):
            sentence = _("%(number)s is here already with another customer, day or amount, and is left as it is.")
            raise Refused("OTHERWISE_HERE", sentence % {"number": past.number}, field="number")

    def _use(self, past: PastPayment, group: list[Record]) -> None:
        until = self.setting.organization.locked_until
        if until and past.paid_on <= until:
            raise Refused("LOCKED", _("The books are locked on its day."), field="paid_on")
        for invoice, share in past.shares:
            line = next(record.line for record in group if record.text("invoice") == invoice.number)
            if invoice.state != Invoice.State.ISSUED or share > self.left[invoice.id]:
                sentence = _("%(number)s doesn't owe that much.") % {"number": invoice.number}
                raise Refused("NOT_PAYABLE", sentence, field="applied", line=line)
        for invoice, share in past.shares:
            self.left[invoice.id] -= share
            self.touched[invoice.id] = (group[0].line, invoice)

    def _complete(self) -> list[Invoice]:
        """Those that owe afterwards what their own file says. Others are in the way, unless more is to come."""
        complete = []
        by_id = {one.id: one for one in self.customers.by_id.values()}
        for invoice_id, (line, invoice) in self.touched.items():
            stated, left = self.stated.get(invoice_id), self.left[invoice_id]
            if stated is None:
                continue
            customer = by_id[invoice.customer_id]
            if left == stated:
                complete.append(invoice)
            elif left < stated or not self.setting.options.get("more_to_come"):
                sentence = _("%(number)s would still owe %(left)s after this file, and its own file says %(stated)s.")
                said = {"left": written(left, customer), "stated": written(stated, customer)}
                self.problems.add(line, sentence % ({"number": invoice.number} | said), at="invoice")
        return complete

    def _write(self, complete: Sequence[Invoice]) -> None:
        organization = self.setting.organization
        made = bulk.bring_payments(organization, self.past, complete=complete, by=self.setting.actor)
        ids = [(key, one.id) for one, key in zip(made, self.keys, strict=True)]
        external_ids.keep(organization.id, SOURCE, "payment", [*self.linked, *ids])


def plan_payments(setting: Setting, plan: Plan, records: Iterable[Record], rows: Sequence[Customer]) -> None:
    """Each payment used for its invoices by number; the rest of it becomes credit."""
    Payments(setting, plan, rows).add(records)
