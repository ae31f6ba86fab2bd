"""What can be done with a quote. Nothing of it moves money."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import organizations
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import changes, conversions, origins, pricing, signing, viewing, writing
from .models import NEVER, Quote, QuoteLine, QuoteRevision
from .pricing import LineContent
from .signing import Signature
from .snapshots import Snapshot, snapshot
from .taking import lock, move, take
from .writing import DocumentContent, told

LONGEST_REASON = 1000


@dataclass(frozen=True)
class QuoteLineContent(LineContent):
    """A line of a quote. An optional one is no part of the totals until the customer chooses it."""

    is_optional: bool = False
    is_chosen: bool = False

    @property
    def is_counted(self) -> bool:
        return self.is_chosen or not self.is_optional


@dataclass(frozen=True, kw_only=True)
class QuoteContent(DocumentContent):
    """Everything about a quote that a person writes."""

    lines: Sequence[QuoteLineContent]
    expires_on: date | None = None  # None: it does not expire


@transaction.atomic
def create(customer: Customer, content: QuoteContent, *, by: Actor, making_key: str = "") -> Quote:
    """Write a draft. The same form sent again (by its `making_key`) gives the draft that it made.

    Raises Refused: ONLY_OPTIONAL, EXPIRES_BEFORE_DATE, and as `writing.write`.
    """
    quote, is_made = writing.begin(Quote, customer, actor=by, making_key=making_key)
    if is_made:
        return quote
    _write(quote, content)
    record("quote.created", quote, by=by, audience="office", **told(quote))
    return quote


@transaction.atomic
def edit(quote: Quote, content: QuoteContent, *, by: Actor, revision: int) -> Quote:
    """Change what a draft says, or make the next revision of what was sent, which is to be decided anew.

    What was decided stays with the revision that it was decided on. Raises Refused: QUOTE_CHANGED, QUOTE_INVOICED,
    QUOTE_ORDERED, and as `create`.
    """
    _balance, quote = take(quote, staff=by, revision=revision)
    _must_not_be_used(quote)
    was = quote.total_minor
    quote.revision += 1
    if quote.state == Quote.State.DRAFT:
        _write(quote, content)
        record("quote.edited", quote, by=by, audience="office", was_minor=was, **told(quote))
        return quote
    _forget_the_decision(quote)
    _write(quote, content)
    writing.keep(quote, actor=by)
    record("quote.revised", quote, by=by, audience="both", revision=quote.revision, was_minor=was, **told(quote))
    return quote


@transaction.atomic
def mark_as_sent(quote: Quote, *, by: Actor, revision: int) -> Quote:
    """The customer got it otherwise, and can decide it in the portal. Raises Refused: QUOTE_CHANGED, NOT_A_DRAFT."""
    balance, quote = take(quote, staff=by, revision=revision)
    if quote.state != Quote.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("This quote was already sent."))
    _issue(quote, balance.currency, by)
    return quote


@transaction.atomic
def send(quote: Quote, *, to: Sequence[int], by: Actor, revision: int) -> Quote:
    """Mail a quote to contact persons (ids), numbering it first if it is a draft. Sending again is allowed.

    Raises Refused: QUOTE_CHANGED, QUOTE_DECIDED, NO_RECIPIENT.
    """
    balance, quote = take(quote, staff=by, revision=revision)
    if quote.state not in (Quote.State.DRAFT, Quote.State.SENT):
        raise Refused("QUOTE_DECIDED", _("This quote is decided. Edit it, and the new one can be sent."))
    ids = writing.recipients(quote, to)
    if quote.state == Quote.State.DRAFT:
        _issue(quote, balance.currency, by)
    quote.sent_at = clock.now()
    quote.save(update_fields=["sent_at"])
    people = [str(one) for one in ids]
    record("quote.sent", quote, by=by, audience="both", revision=quote.revision, contact_ids=people, **told(quote))
    return quote


@transaction.atomic
def accept(
    quote: Quote, *, by: Actor, revision: int, chosen: Collection[int] = (), signature: Signature | None = None
) -> Quote:
    """Bind the customer to the revision they read, with the optional lines at these positions and their signature.

    An invoice or a sales order may be made of it at once, as the organization prefers. The same person accepting the
    same twice changes nothing. Staff accept on the customer's word, and sign nothing.
    Raises Refused: QUOTE_CHANGED (with what changed), QUOTE_DECIDED (by whom and how), QUOTE_EXPIRED, NOT_OPTIONAL,
    and as `signing.wanted`.
    """
    quote = _take_to_decide(quote, by)
    if _was_decided_so(quote, Quote.State.ACCEPTED, by, revision) and _chosen(quote) == set(chosen):
        return quote
    _must_be_open_to_decide(quote, revision)
    signature = signing.wanted(quote, signature, actor=by)
    _choose(quote, set(chosen))
    move(quote, Quote.State.ACCEPTED)
    _decide(quote, by)
    _kept(quote).update(
        decision=QuoteRevision.Decision.ACCEPTED,
        decided_at=quote.decided_at,
        decided_by=quote.decided_by,
        accepted=snapshot(quote),
    )
    if signature:
        signing.keep(quote, signature, actor=by)
    signed = {"is_signed": signature is not None}
    record("quote.accepted", quote, by=by, audience="both", revision=revision, **signed, **told(quote))
    conversions.by_itself(quote)
    quote.refresh_from_db(fields=["state"])
    return quote


@transaction.atomic
def decline(quote: Quote, *, by: Actor, revision: int, reason: str = "") -> Quote:
    """The customer does not want it so; the reason may be empty. The same person declining twice changes nothing.

    Raises Refused: QUOTE_CHANGED, QUOTE_DECIDED, QUOTE_EXPIRED, REASON_TOO_LONG.
    """
    quote, reason = _take_to_decide(quote, by), reason.strip()
    if _was_decided_so(quote, Quote.State.DECLINED, by, revision):
        return quote
    _must_be_open_to_decide(quote, revision)
    if len(reason) > LONGEST_REASON:
        raise Refused("REASON_TOO_LONG", _("Please write at most 1,000 characters."), field="reason")
    move(quote, Quote.State.DECLINED)
    quote.decline_reason = reason
    _decide(quote, by)
    _kept(quote).update(
        decision=QuoteRevision.Decision.DECLINED,
        decided_at=quote.decided_at,
        decided_by=quote.decided_by,
        reason=reason,
    )
    record("quote.declined", quote, by=by, audience="both", revision=revision, why=reason, **told(quote))
    return quote


@transaction.atomic
def delete(quote: Quote, *, by: Actor, revision: int) -> None:
    """Throw a draft away. Raises Refused: QUOTE_CHANGED, NOT_A_DRAFT."""
    _balance, quote = take(quote, staff=by, revision=revision)
    if quote.state != Quote.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("A quote that was sent can't be deleted."))
    record("quote.deleted", quote, by=by, audience="office", **told(quote))
    quote.delete()


@transaction.atomic
def view(quote: Quote, *, by: Actor) -> Quote:
    """Remember that the customer opened it; the office is told of each time, of one person once in half an hour."""
    return viewing.each_view(quote, actor=by)


def content_with(
    quote: Quote, content: Snapshot, lines: Sequence[QuoteLine], chosen: Collection[int], *, customer: Customer
) -> Snapshot:
    """The content of an undecided quote with these lines, as it is with the optional ones at these positions.

    Others are left out. Reads only. Raises Refused as pricing does.
    """
    wanted = {line.position for line in lines if line.is_optional} & set(chosen)
    if not wanted:
        return content
    priced = pricing.price(_content_of(quote, lines, wanted), customer=customer)
    offered = enumerate(content["lines"])
    taken = [line | {"is_chosen": True} if position in wanted else line for position, line in offered]
    return content | {"lines": taken} | writing.totals(priced)


def decided_by(quote: Quote) -> Actor | None:
    """Who decided the present revision."""
    return actor_from(quote.decided_by) if quote.decided_by else None


def named(actor: Actor) -> Any:
    """Who decided, in words: staff decide on the customer's word."""
    return _("%(name)s (for the customer)") % {"name": actor.name} if actor.kind == "staff" else actor.name


def _write(quote: Quote, content: QuoteContent) -> None:
    expires = content.expires_on or NEVER
    if expires != NEVER:
        writing.must_be_in_our_time(expires, "expires_on")
    if expires < content.dated:
        raise Refused("EXPIRES_BEFORE_DATE", _("It would expire before its date."), field="expires_on")
    if content.lines and all(line.is_optional for line in content.lines):
        raise Refused("ONLY_OPTIONAL", _("At least one line must not be optional."), field="lines")
    writing.write(quote, content, expires_on=expires)


def _issue(quote: Quote, currency: str, actor: Actor) -> None:
    writing.must_have_their_currency(quote, currency)
    move(quote, Quote.State.SENT)
    writing.issue(quote, actor=actor)
    writing.keep(quote, actor=actor)
    record("quote.issued", quote, by=actor, audience="both", **told(quote))


def _must_not_be_used(quote: Quote) -> None:
    if quote.state == Quote.State.INVOICED:
        raise Refused("QUOTE_INVOICED", _("This quote has become an invoice. Write a new quote instead."))
    if quote.state == Quote.State.ACCEPTED and origins.made_of(quote):
        raise Refused("QUOTE_ORDERED", _("Something was made of this quote already. Write a new quote instead."))


def _forget_the_decision(quote: Quote) -> None:
    """The present revision is to be decided, and was not seen by anybody yet."""
    if quote.state != Quote.State.SENT:
        move(quote, Quote.State.SENT)
    quote.decided_at = quote.decided_by = None
    quote.decline_reason = ""
    quote.viewed_at = quote.viewed_by = None


def _take_to_decide(quote: Quote, actor: Actor) -> Quote:
    ledger.lock_of(quote)
    quote = lock(quote)
    actor.must_act_for(quote.customer_id, organization_id=quote.organization_id)
    if actor.kind == "link":  # whoever the mail was passed on to
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    return quote


def _was_decided_so(quote: Quote, state: Quote.State, actor: Actor, revision: int) -> bool:
    """Whether the same person has just decided the same."""
    earlier = decided_by(quote)
    same = earlier is not None and (earlier.kind, earlier.id) == (actor.kind, actor.id)
    return same and quote.state == state and quote.revision == revision


def _must_be_open_to_decide(quote: Quote, revision: int) -> None:
    if quote.state not in (Quote.State.SENT, Quote.State.DRAFT):
        raise Refused("QUOTE_DECIDED", how_it_was_decided(quote))
    if quote.revision != revision:
        raise Refused(
            "QUOTE_CHANGED",
            _("This quote changed after you opened it. Please read it again before you decide."),
            changes=changes.between_revisions(quote, revision, quote.revision),
        )
    if quote.state != Quote.State.SENT:
        raise Refused("WRONG_STATE", _("This can't be done with the document as it is now."))
    if quote.is_expired(organizations.today(quote.organization_id)):
        raise Refused("QUOTE_EXPIRED", _("This quote has expired. Ask for a new one."))


def how_it_was_decided(quote: Quote) -> Any:
    """A sentence on who decided the present revision, and how."""
    actor = decided_by(quote)
    who = {"who": named(actor) if actor else ""}
    if quote.state == Quote.State.DECLINED:
        return _("%(who)s has already declined this quote.") % who
    return _("%(who)s has already accepted this quote.") % who


def _chosen(quote: Quote) -> set[int]:
    return {line.position for line in quote.lines.all() if line.is_chosen}


def _choose(quote: Quote, chosen: set[int]) -> None:
    """Switch the optional lines at these positions on, all others off, and work the totals out anew."""
    lines = list(quote.lines.all())
    if chosen - {line.position for line in lines if line.is_optional}:
        raise Refused("NOT_OPTIONAL", _("One of these lines is not offered any more. Please look again."))
    priced = pricing.price(_content_of(quote, lines, chosen), customer=Customer.objects.get(id=quote.customer_id))
    for line in lines:
        line.is_chosen = line.position in chosen
        line.save(update_fields=["is_chosen"])
    writing.put_totals(quote, priced)


def _content_of(quote: Quote, lines: Sequence[Any], chosen: Collection[int]) -> QuoteContent:
    """What is written in it, with the optional lines at these positions chosen."""
    written = content_of(quote, lines)
    with_chosen = [
        replace(line, is_chosen=position in chosen) if line.is_optional else line
        for position, line in enumerate(written.lines)
    ]
    return replace(written, lines=with_chosen)


def content_of(quote: Quote, lines: Sequence[Any]) -> QuoteContent:
    """A quote's rows as what a person wrote."""
    return QuoteContent(
        **writing.shared_content(quote),
        lines=[
            QuoteLineContent(**writing.line_content(line), is_optional=line.is_optional, is_chosen=line.is_chosen)
            for line in lines
        ],
        expires_on=quote.expires,
    )


def _decide(quote: Quote, actor: Actor) -> None:
    quote.decided_at, quote.decided_by = clock.now(), actor.as_json()
    quote.save()


def _kept(quote: Quote) -> Any:
    return QuoteRevision.objects.filter(document=quote, revision=quote.revision)
