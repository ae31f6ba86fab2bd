"""Writing a document: the editor with its lines, which works with and without JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.forms.utils import ErrorDict
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from counterfoil.books.sales import pricing
from counterfoil.design.forms import refuse
from counterfoil.foundation.formats import filled
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done
from counterfoil.office.customer_choice import asked_number, choose_customer
from counterfoil.office.locked import acting, why_form
from counterfoil.office.making import fresh_key
from counterfoil.office.pages import page
from counterfoil.reach.requests import OfficeRequest

from .forms import (
    Choices,
    DocumentForm,
    LineForm,
    Typed,
    as_posted,
    initial_of,
    typed_lines,
    written_ones,
)
from .kinds import Content, Kind
from .sums import Sums, sums_of

OFFERED_ITEMS = 500


@dataclass
class Editor:
    """One editor on its way through a request: whose document, what is offered, what was typed."""

    kind: Kind
    request: OfficeRequest
    customer: Any
    document: Any = None  # the one that is edited
    model: Any = None  # the one that a new one starts as a copy of
    refusals: list[str] = field(default_factory=list)
    new_line: int | None = None  # the place of the line that was just added, where writing goes on

    @cached_property
    def rates(self) -> Choices:
        """The rates on offer, and those that the document has though they are offered no more."""
        offered = {rate.id: rate.name for rate in self.request.reach.tax_rates.order_by("name", "id")}
        kept = {line.tax_rate_id: line.tax_rate.name for line in self._shown_lines if line.tax_rate}
        if self._shown and self._shown.shipping_tax_rate:
            kept[self._shown.shipping_tax_rate_id] = self._shown.shipping_tax_rate.name
        return [(str(rate_id), name) for rate_id, name in (kept | offered).items()]

    @cached_property
    def items(self) -> dict[str, Any]:
        """What is offered for a line, by case-folded name."""
        return {item.name_key: item for item in self.request.reach.items.order_by("name_key")[:OFFERED_ITEMS]}

    @property
    def _shown(self) -> Any:
        return self.document or self.model

    @cached_property
    def _shown_lines(self) -> list[Any]:
        return list(self._shown.lines.select_related("tax_rate")) if self._shown else []

    @cached_property
    def form(self) -> DocumentForm:
        data = self.request.POST if self.request.method == "POST" else None
        offered = self.kind.offers(self.request.reach, self._shown, self.customer)
        return self.kind.form(data, initial=self._initial, currency=self.customer.currency, rates=self.rates, **offered)

    @property
    def _initial(self) -> dict[str, Any]:
        begins = self.kind.begins(self.request.reach, self.customer)
        fresh = {"making_key": fresh_key(), "dated": self.request.reach.today, **begins}
        if self._shown is None:
            return fresh
        shown = initial_of(self._shown, self.kind.form)
        # A copy starts anew in time: today, with the customer's terms.
        return shown if self.document else shown | fresh | {"order_number": "", "revision": None}

    @cached_property
    def lines(self) -> list[LineForm]:
        if self.request.method == "POST":
            return self._posted(written_ones(self._typed()) or [self.empty_line])
        form = self.kind.line_form
        shown = [form.initial_of(line) for line in self._shown_lines] or [dict(self.empty_line)]
        return [
            form(prefix=f"line-{place}", initial=line, currency=self.customer.currency, rates=self.rates)
            for place, line in enumerate(shown)
        ]

    def _typed(self) -> list[Typed]:
        return typed_lines(self.request.POST, self.kind.line_form)

    def _posted(self, typed: list[Typed]) -> list[LineForm]:
        data = QueryDict(mutable=True)
        data.update(as_posted(typed))
        return [
            self.kind.line_form(data, prefix=f"line-{place}", currency=self.customer.currency, rates=self.rates)
            for place in range(len(typed))
        ]

    @cached_property
    def empty_line(self) -> Typed:
        default = self.request.reach.tax_rates.filter(is_default=True).first()
        taxed = str(default.id) if default and not self.customer.is_tax_exempt else ""
        return dict.fromkeys(self.kind.line_form.base_fields, "") | {"quantity": "1", "tax_rate": taxed}

    def rearrange(self, act: str) -> None:
        """Add, remove or move a line, as a button asked, and fill in lines that are named like an item."""
        typed = [self._filled(line) for line in self._typed()]
        verb, _dash, place = act.partition("-")
        at = number if (number := whole_number(place)) is not None and number < len(typed) else None
        if verb == "add":
            self.new_line = len(typed)
            typed.append(self.empty_line)
        elif verb == "remove" and at is not None:
            del typed[at]
        elif verb == "up" and at:
            typed[at - 1], typed[at] = typed[at], typed[at - 1]
        self.lines = self._posted(typed or [self.empty_line])

    def _filled(self, line: Typed) -> Typed:
        item = self.items.get(line["name"].strip().casefold())
        if item is None or line["rate"].strip():
            return line
        offer = self._offer(item)
        return line | {
            "rate": offer["rate"],
            "description": line["description"] or offer["description"],
            "unit": line["unit"] or offer["unit"],
            "tax_rate": offer["tax"] or line["tax_rate"],
        }

    def _offer(self, item: Any) -> dict[str, str]:
        """What an item brings to a line. It is priced in the organization's currency, and in no other."""
        own = self.customer.currency == self.request.reach.organization.currency
        taxed = item.tax_rate_id and not self.customer.is_tax_exempt and str(item.tax_rate_id) in dict(self.rates)
        return {
            "name": item.name,
            "rate": f"{item.rate.normalize():f}" if own else "",
            "description": item.description,
            "unit": item.unit,
            "tax": str(item.tax_rate_id) if taxed else "",
        }

    @property
    def forms(self) -> list[Any]:
        """Every form of the editor, for the list of what is wrong."""
        return [self.form, *self.lines]

    def non_form_errors(self) -> list[str]:
        """What the verb refused that concerns no field."""
        return self.refusals

    def is_sound(self) -> bool:
        """Whether everything has the right shape; asks every form, so that every message is shown."""
        return not [one for one in self.forms if not one.is_valid()]

    def content(self) -> Content:
        return self.form.content([line.content(self.items) for line in self.lines])

    def refuse(self, refusal: Refused) -> None:
        """Put the sentence on the field or the line that it is about, or above them all."""
        kind, _dash, place = str(refusal.field or "").partition("-")
        if kind == "line" and place.isdecimal() and int(place) < len(self.lines):
            part = "discount" if "DISCOUNT" in refusal.code else "rate"
            self.lines[int(place)].add_error(part, str(refusal.sentence))
        elif name := FIELDS.get(kind, kind if kind in self.form.fields else ""):
            refuse(self.form, Refused(refusal.code, refusal.sentence, field=name))
        else:
            self.refusals.append(str(refusal.sentence))

    def sums(self) -> Sums | None:
        """The totals of what is typed, worked out as saving would; None while something is not a figure."""
        if not self.form.is_bound:
            written = self._shown or Nothing
            return sums_of(written, [line.net_minor for line in self._shown_lines], self.customer, self.request.reach)
        if not self.is_sound():
            return None
        content = self.content()
        try:
            priced = pricing.price(content, customer=self.customer)
        except Refused as refusal:
            self.refuse(refusal)
            return None
        return sums_of(priced, priced.nets, self.customer, self.request.reach, content=content)

    def _in_the_way(self) -> list[str]:
        """Why there are no totals, where it is the figures together and not one of them alone."""
        return self.refusals + [str(error) for line in self.lines for error in line.errors.get("discount", ())]

    def forget_errors(self) -> None:
        """A line that was just added is not wrong yet."""
        for one in self.forms:
            one._errors = ErrorDict()

    def show(self, *, status: int = 200) -> HttpResponse:
        kind, reach, sums = self.kind, self.request.reach, None if status == 422 else self.sums()
        nets, in_the_way = sums.nets if sums else [], self._in_the_way()
        if self.form.is_bound and status == 200:
            self.forget_errors()
        number = (self.document.name or _("Draft")) if self.document else ""
        next_revision = {"revision": self.document.revision + 1 if self.document else 1}
        return page(
            self.request,
            kind.edit_template,
            status=status,
            editor=self,
            words=kind.words,
            form=self.form,
            why=why_form(self.request, self.form),
            why_do="send" if self.request.POST.get("do") == "send" else "save",
            lines=[
                {
                    "form": line,
                    "number": place + 1,
                    "amount": nets[place] if place < len(nets) else "",
                    "is_new": place == self.new_line,
                }
                for place, line in enumerate(self.lines)
            ],
            sums=sums,
            in_the_way=in_the_way,
            customer=self.customer,
            customer_url=reach.url("customer", self.customer.id),
            document=self.document,
            heading=filled(_("Edit %(number)s"), {"number": number}) if self.document else kind.words.new,
            was_sent=self.document is not None and self.document.state != "draft",
            editing_sent=kind.words.editing_sent % next_revision,
            is_stale=status == 409,
            items=[self._offer(item) for item in self.items.values()],
            here=self.request.get_full_path(),
            back_url=reach.url(kind.name, self.document.id) if self.document else reach.url(kind.plural),
            back_label=number or kind.words.many,
        )


# Where the arithmetic and the verbs name a field otherwise than the form does.
FIELDS = {"discount_value": "discount", "to": "people"}


class Nothing:
    """A document on which nothing is written yet."""

    subtotal_minor = discount_minor = shipping_minor = adjustment_minor = total_minor = 0
    taxes: tuple[Any, ...] = ()


def new(kind: Kind, request: OfficeRequest) -> HttpResponse:
    """A new draft for the customer in the address, perhaps as a copy; without one, first the choice of the customer."""
    customer_id = asked_number(request, "customer")
    if customer_id is None:
        return choose_customer(request, f"{kind.name}_new", heading=kind.words.new, back=kind.plural)
    customer = get_object_or_404(request.reach.customers, id=customer_id)
    copied = asked_number(request, "copy")
    model = get_object_or_404(kind.written(request.reach).of(customer), id=copied) if copied else None
    editor = Editor(kind, request, customer, model=model)

    def write(content: Content) -> Any:
        key = editor.form.cleaned_data["making_key"]
        return kind.make(customer, content, by=request.reach.actor, making_key=key)

    return _answer(editor, write)


def edit(kind: Kind, request: OfficeRequest, document_id: int) -> HttpResponse:
    """Change a draft, or make the next revision of what was sent."""
    document = get_object_or_404(kind.written(request.reach).select_related("customer"), id=document_id)
    if document.state != "draft" and not kind.is_revised:
        raise Http404
    editor = Editor(kind, request, document.customer, document)

    def write(content: Content) -> Any:
        revision = editor.form.cleaned_data["revision"] or 0
        return kind.change(document, content, by=acting(request), revision=revision)

    return _answer(editor, write)


def _answer(editor: Editor, write: Callable[[Content], Any]) -> HttpResponse:
    request, act = editor.request, editor.request.POST.get("do", "save")
    if request.method != "POST":
        return editor.show()
    if act not in ("save", "send"):
        editor.rearrange(act)
        return editor.show()
    if not editor.is_sound():
        return editor.show(status=422)
    try:
        document = write(editor.content())
    except Refused as refusal:
        editor.refuse(refusal)
        return editor.show(status=409 if refusal.code.endswith("_CHANGED") else 422)
    there = request.reach.url(editor.kind.name, document.id)
    if act == "send":
        return done(request, f"{there}?ask=send")
    return done(request, there, _("The draft is saved.") if document.state == "draft" else editor.kind.words.saved)
