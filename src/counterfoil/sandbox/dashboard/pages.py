"""The dashboard's pages: the payments, one payment with what can be done about it, and what the account can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from werkzeug import Response

from counterfoil.sandbox import accounts, currencies, intents, listing
from counterfoil.sandbox.pages import sentence_of
from counterfoil.sandbox.rendering import render

from . import reading
from .desk import Desk, opened
from .reading import Standing

A_PAGE = "20"
FULL, HALF, BAD = (
    ("paid", "refunded"),
    ("processing", "requires_action", "partly_refunded"),
    ("declined", "disputed", "lost"),
)


@dataclass(frozen=True)
class Trouble:
    """Why something was not done: the field that is wrong, if one is, and what was typed."""

    sentence: str
    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


@opened
def show(desk: Desk) -> Response:
    """The payments, newest first."""
    after = desk.request.args.get("after", "")
    query = {"limit": A_PAGE} | ({"starting_after": after} if after else {})
    rows, has_more = listing.page(desk.db(), "intent", desk.account["id"], query)
    content = render(
        "desk_payments",
        desk.words,
        rows=_list(desk, rows) if rows else render("desk_empty", desk.words),
        newest=_link(desk, desk.url(), "newest") if after else Markup(),
        older=_link(desk, desk.url(after=rows[-1]["id"]), "older") if has_more else Markup(),
    )
    return desk.page(desk.words["payments"], content, path="")


@opened
def payment(desk: Desk, intent_id: str) -> Response:
    return show_payment(desk, intent_id)


@opened
def account(desk: Desk) -> Response:
    return show_account(desk)


def show_payment(desk: Desk, intent_id: str, *, trouble: Trouble | None = None, status: int = 200) -> Response:
    """One payment and what can be done about it. Raises Refusal when it is not this account's."""
    one = reading.standing(desk.db(), intents.by_id(desk.db(), intent_id, desk.account["id"]))
    amount = desk.amount(one.row["amount"], one.row["currency"])
    content = render(
        "desk_payment",
        desk.words,
        amount=amount,
        pill=_pill(desk, one),
        description=one.row["description"] or desk.words["untitled"],
        trouble=render("declined", desk.words, sentence=trouble.sentence) if trouble and not trouble.at else Markup(),
        facts=_facts(desk, one),
        acts=_acts(desk, one, trouble or Trouble("")),
        refunds=_children(desk, one, "refund", ("arrive", "fail"), "pending"),
        disputes=_children(desk, one, "dispute", ("win", "lose"), "needs_response"),
        told=_told(desk, one),
    )
    return desk.page(amount, content, path=f"/payments/{intent_id}", status=status)


def show_account(desk: Desk, *, trouble: Trouble | None = None, status: int = 200) -> Response:
    """What the account can do, each to be switched."""
    own = intents.own_least(desk.account)
    lines = "\n".join(f"{currency} {currencies.plain(least, currency)}" for currency, least in own.items())
    chosen = " ".join(intents.taken(desk.account)) if desk.account["currencies"] != "[]" else ""
    trouble = trouble or Trouble("")
    typed = {"currencies": chosen, "minimum": lines, **trouble.typed}
    ticked = trouble.typed or {name: "on" for name in accounts.SWITCHES if desk.account[name]}
    content = render(
        "desk_account",
        desk.words,
        action=desk.url("/account"),
        seal=desk.sealed(),
        switches=Markup().join(_switch(desk, name, is_on=name in ticked) for name in accounts.SWITCHES),
        currencies=_text(desk, trouble, "currencies", typed["currencies"], all=" ".join(sorted(currencies.MINIMUM))),
        minimum=_text(desk, trouble, "minimum", typed["minimum"]),
    )
    return desk.page(desk.words["can"], content, path="/account", status=status)


def _list(desk: Desk, rows: list[sqlite3.Row]) -> Markup:
    return Markup('<ul class="card list">{}</ul>').format(Markup().join(_row(desk, row) for row in rows))


def _row(desk: Desk, row: sqlite3.Row) -> Markup:
    one = reading.standing(desk.db(), row)
    return render(
        "desk_row",
        desk.words,
        url=desk.url(f"/payments/{row['id']}"),
        name=row["description"] or desk.words["untitled"],
        pill=_pill(desk, one),
        amount=desk.amount(row["amount"], row["currency"]),
        time=desk.moment(row["created"]),
        method=_method(one) or desk.words["no_method"],
        key=_key(row),
    )


def _pill(desk: Desk, one: Standing) -> Markup:
    kind = "full" if one.state in FULL else "half" if one.state in HALF else "bad" if one.state in BAD else "none"
    return Markup('<span class="pill {}">{}</span>').format(kind, desk.words[f"state_{one.state}"])


def _method(one: Standing) -> str:
    """ "Visa •••• 4242" """
    method = one.shown["payment_method"]
    if method is None:
        return ""
    brand = method["brand"]
    return f"{brand if ' ' in brand else brand.title()} •••• {method['last4']}"


def _key(row: sqlite3.Row) -> str:
    return str(row["key"] or row["attempt"] or "–")


def _facts(desk: Desk, one: Standing) -> Markup:
    row, words = one.row, desk.words
    facts: list[tuple[str, Any]] = [
        ("method", _method(one) or words["no_method"]),
        ("began", desk.moment(row["created"])),
    ]
    if one.shown["expected_at"]:
        facts.append(("expected", desk.moment(row["expected_at"], "day")))
    if one.is_paid and one.left != row["amount"]:
        facts.append(("left", desk.amount(one.left, row["currency"])))
    if row["last_error"]:
        because = words["why_not"].format(reason=sentence_of(reading.reason(row), words))
        facts.append(("state", because))
    facts += [
        ("key", Markup("<code>{}</code>").format(_key(row))),
        ("payment_id", Markup("<code>{}</code>").format(row["id"])),
    ]
    return Markup().join(Markup("<dt>{}</dt><dd>{}</dd>").format(words[name], value) for name, value in facts)


def _acts(desk: Desk, one: Standing, trouble: Trouble) -> Markup:
    """The forms for what can be done about the payment itself."""
    row, words = one.row, desk.words
    path = f"/payments/{row['id']}"
    if row["status"] == "processing":
        return render("desk_settle", words, action=desk.url(f"{path}/settle"), seal=desk.sealed())
    if row["status"] in intents.OPEN:
        return render("desk_open", words, url=one.shown["hosted_url"])
    if not one.disputable:
        return render("desk_nothing", words, sentence=words["nothing_left" if one.is_paid else "nothing_to_do"])
    dispute = _taking(desk, one, trouble, "dispute", one.disputable)
    if one.open_dispute:
        return render("desk_held", words) + dispute
    return _taking(desk, one, trouble, "refund", one.left) + dispute if one.left else dispute


def _taking(desk: Desk, one: Standing, trouble: Trouble, act: str, most: int) -> Markup:
    """A form that takes some of the payment, the most unless another amount is written."""
    currency, is_here = one.row["currency"], trouble.at == act
    value = trouble.typed.get("amount", "") if is_here else currencies.plain(most, currency)
    return render(
        f"desk_{act}",
        desk.words,
        action=desk.url(f"/payments/{one.row['id']}/{act}"),
        seal=desk.sealed(),
        limit=desk.words[f"{act}_limit"].format(left=desk.amount(most, currency)),
        value=value,
        described=_described(act, is_wrong=is_here),
        error=_error(desk, trouble, act),
    )


def _children(desk: Desk, one: Standing, kind: str, ends: tuple[str, str], pending: str) -> Markup:
    """The refunds or disputes of a payment, each with the two ways in which a pending one can end."""
    found = one.shown[f"{kind}s"]
    if not found:
        return Markup()
    rows = Markup().join(_child(desk, thing, kind, ends if thing["status"] == pending else ()) for thing in found)
    return render("desk_children", desk.words, heading=desk.words[f"{kind}s"], rows=rows)


def _child(desk: Desk, thing: Mapping[str, Any], kind: str, ends: tuple[str, ...]) -> Markup:
    words = desk.words
    labels = [words[end if kind == "dispute" else f"refund_{end}"] for end in ends]
    form = Markup()
    if ends:
        action = desk.url(f"/{kind}s/{thing['id']}/end")
        form = render("desk_ends", words, action=action, seal=desk.sealed(), good=labels[0], bad=labels[1])
    return render(
        "desk_child",
        words,
        amount=desk.amount(thing["amount"], thing["currency"]),
        state=words[f"{kind}_{thing['status']}"],
        time=desk.moment(thing["created"]),
        id=thing["id"],
        form=form,
    )


def _told(desk: Desk, one: Standing) -> Markup:
    rows = reading.told(desk.db(), one.row["id"])
    return Markup().join(
        render(
            "desk_event",
            desk.words,
            type=row["type"],
            time=desk.moment(row["created"]),
            how=_how_told(row, desk.words),
        )
        for row in rows
    )


def _how_told(row: sqlite3.Row, words: Mapping[str, str]) -> str:
    if row["state"] is None:
        return words["told_nowhere"]
    name = "again" if row["state"] == "waiting" and row["tries"] else row["state"]
    return words[f"told_{name}"].format(answer=row["last_answer"] or "")


def _switch(desk: Desk, name: str, *, is_on: bool) -> Markup:
    label, hint = desk.words[f"can_{name}"], desk.words[f"can_{name}_hint"]
    return render(
        "desk_switch", desk.words, name=name, checked=Markup(" checked") if is_on else Markup(), label=label, hint=hint
    )


def _text(desk: Desk, trouble: Trouble, name: str, value: str, **places: str) -> Markup:
    return render(
        "desk_text",
        desk.words,
        name=name,
        label=desk.words[name],
        hint=desk.words[f"{name}_hint"].format(**places),
        value=value,
        described=_described(name, is_wrong=trouble.at == name, hint=f"{name}-hint"),
        error=_error(desk, trouble, name),
    )


def _described(name: str, *, is_wrong: bool, hint: str = "") -> Markup:
    """The attributes of a field: what describes it, and whether it is wrong."""
    by = f"{hint or f'{name}-hint'} {name}-error" if is_wrong else hint or f"{name}-hint"
    wrong = Markup(' aria-invalid="true"') if is_wrong else Markup()
    return Markup(' aria-describedby="{}"{}').format(by, wrong)


def _error(desk: Desk, trouble: Trouble, name: str) -> Markup:
    if trouble.at != name:
        return Markup()
    return render("error", desk.words, id=f"{name}-error", sentence=trouble.sentence)


def _link(desk: Desk, url: str, word: str) -> Markup:
    return Markup('<a class="button" href="{}">{}</a>').format(url, desk.words[word])
