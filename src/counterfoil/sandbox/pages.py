"""The pages that payers see: paying without JavaScript, the bank's question, and the fields for other pages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from werkzeug import Request, Response
from werkzeug.utils import redirect

from . import accounts, addresses, currencies, intents, methods, payform
from .cards import Card, Outcome
from .gateway import Gateway
from .refusals import Refusal
from .rendering import page, render
from .words import LANGUAGES, WORDS, wanted_language

ENDS = {"requires_payment_method": "failed", "requires_action": "failed"}  # the other states are said as they are


def about(_gateway: Gateway, request: Request) -> Response:
    return _message(request, "about")


def pay(gateway: Gateway, request: Request, client_secret: str) -> Response:
    """Show the form, or send the payer on when there is nothing left to pay."""
    intent = intents.by_client_secret(gateway.store.reading(), client_secret)
    if intent is None:
        return _message(request, "lost", 404)
    if intent["status"] == "requires_action":
        return redirect(f"/pay/{client_secret}/challenge?lang={_language(request, intent)}", 303)
    if intent["status"] != "requires_payment_method":
        return _go_back(request, intent)
    if request.method == "POST":
        return _pay_now(gateway, request, intent)
    return _form(gateway, request, intent)


def give_up(gateway: Gateway, request: Request, client_secret: str) -> Response:
    """Cancel the payment, unless it is too late, and send the payer back."""
    with gateway.store.writing() as db:
        intent = intents.by_client_secret(db, client_secret)
        if intent is not None and intent["status"] in intents.OPEN:
            intents.cancel(db, gateway, intent)
        intent = intents.by_client_secret(db, client_secret)
    gateway.wake.set()
    return _message(request, "lost", 404) if intent is None else _go_back(request, intent)


def challenge(gateway: Gateway, request: Request, client_secret: str) -> Response:
    """The bank asks whether it is really the payer."""
    with gateway.store.writing() as db:
        intent = intents.by_client_secret(db, client_secret)
        if intent is None:
            return _message(request, "lost", 404)
        if request.method == "POST":
            intents.answer_challenge(db, gateway, intent, confirmed=request.form.get("decision") == "confirm")
            intent = intents.by_id(db, intent["id"])
    gateway.wake.set()
    if intent["status"] != "requires_action":
        return _go_back(request, intent)
    language = _language(request, intent)
    content = render(
        "challenge",
        WORDS[language],
        action=f"/pay/{client_secret}/challenge?lang={language}",
        sentence=WORDS[language]["challenge_words"].format(amount=_amount(intent, language)),
    )
    return page("challenge_title", content, language, form_to=intent["return_url"])


def fields(gateway: Gateway, request: Request) -> Response:
    """The fields of a card or bank account for a frame in another page, which only the account's own pages may show."""
    account = accounts.by_publishable(gateway.store, request.args.get("key", ""))
    if account is None:
        return _message(request, "lost", 404)
    origin = addresses.origin_of(request.args.get("origin", ""))
    known = origin is not None and (
        addresses.is_loopback(origin) or origin in accounts.origins(gateway.store, account["id"])
    )
    if origin is None or not known:
        return _message(request, "forbidden", 403)
    language = wanted_language(request.args.get("lang", ""))
    accent, scheme = request.args.get("accent", ""), request.args.get("scheme", "")
    kind = "bank" if request.args.get("kind") == "bank" else "card"
    document = render(
        "fields",
        WORDS[language],
        lang=language,
        kind=kind,
        title=WORDS[language][kind],
        inputs=render(f"fields_{kind}", WORDS[language]),
        key=account["publishable_key"],
        origin=origin,
        scheme=scheme if scheme in ("light", "dark") else "both",
        accent=accent if re.fullmatch("[0-9a-f]{6}", accent) else "17616f",
    )
    response = Response(str(document), mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {origin}"
    )
    return response


def lost(request: Request) -> Response:
    return _message(request, "lost", 404)


def _pay_now(gateway: Gateway, request: Request, intent: sqlite3.Row) -> Response:
    kind = _kind(gateway, request, intent)
    typed = {name: request.form.get(name, "")[:200] for name in payform.names(kind, intent)}
    card, faults = payform.read(kind, typed, today=gateway.store.today())
    if card is None:
        return _form(gateway, request, intent, typed=typed, faults=faults)
    try:
        outcome = _take(gateway, intent, card, payform.billing(intent, typed))
    except Refusal:
        return _form(gateway, request, intent, typed=typed, faults={"": "not_this_way"})
    gateway.wake.set()
    if outcome is Outcome.ANSWER_LOST:
        raise gateway.leave_unanswered()
    intent = intents.by_id(gateway.store.reading(), intent["id"])
    if intent["status"] == "requires_payment_method":
        return _form(gateway, request, intent, typed=typed | {"cvc": ""})
    if intent["status"] == "requires_action":
        language = _language(request, intent)
        return redirect(f"/pay/{intent['client_secret']}/challenge?lang={language}", 303)
    return _go_back(request, intent)


def _take(gateway: Gateway, intent: sqlite3.Row, card: Card, billing: dict[str, Any]) -> Outcome | None:
    """Pay with what was typed, unless that has been done meanwhile. Raises Refusal."""
    with gateway.store.writing() as db:
        intent = intents.by_id(db, intent["id"])
        if intent["status"] != "requires_payment_method":
            return None
        account_id = intent["account_id"]
        method = methods.resolve(db, gateway.store, account_id, methods.keep(db, gateway.store, account_id, card))
        return intents.confirm(db, gateway, intent, method, billing=billing)


def _form(
    gateway: Gateway,
    request: Request,
    intent: sqlite3.Row,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    """The form. A fault of no field is said above it, as a decline is."""
    language, kind, faults = _language(request, intent), _kind(gateway, request, intent), faults or {}
    words, amount, was_sent = WORDS[language], _amount(intent, language), typed is not None
    error = intents.as_json(gateway.store.reading(), intent["id"])["last_payment_error"]
    said = words[faults[""]] if "" in faults else sentence_of(error, words) if error and not faults else ""
    path = f"/pay/{intent['client_secret']}"
    content = render(
        "pay",
        words,
        inputs=payform.inputs(kind, intent, words, typed or {}, faults),
        action=f"{path}?lang={language}&kind={kind}",
        cancel_action=f"{path}/cancel?lang={language}",
        amount=amount,
        notice=render("declined", words, sentence=said) if said else Markup(),
        what=render("what", words, description=intent["description"]) if intent["description"] else Markup(),
        pay_label=words["pay"].format(amount=amount),
        examples=payform.examples(kind, words),
        instead=_instead(gateway, intent, path, language, kind),
        languages=_languages(path, language, kind),
    )
    title = words["title"].format(amount=amount)
    refused = 422 if faults else 402
    return page(title, content, language, status=refused if was_sent else 200, form_to=intent["return_url"])


def _kind(gateway: Gateway, request: Request, intent: sqlite3.Row) -> str:
    """What the payer pays with: the kind that they chose, if this payment takes it."""
    kinds, wanted = intents.kinds(gateway.store.reading(), intent), request.args.get("kind", "")
    return wanted if wanted in kinds else kinds[0]


def _instead(gateway: Gateway, intent: sqlite3.Row, path: str, language: str, kind: str) -> Markup:
    """The way to the other kind, if this payment takes it."""
    return Markup().join(
        Markup('<p class="small"><a href="{}?lang={}&kind={}">{}</a></p>').format(
            path, language, other, WORDS[language][f"instead_{other}"]
        )
        for other in intents.kinds(gateway.store.reading(), intent)
        if other != kind
    )


def _languages(path: str, current: str, kind: str) -> Markup:
    return Markup(" ").join(
        Markup('<a href="{}?lang={}&kind={}" lang="{}" hreflang="{}">{}</a>').format(path, tag, kind, tag, tag, name)
        for tag, name in LANGUAGES.items()
        if tag != current
    )


def sentence_of(error: Mapping[str, str], words: Mapping[str, str]) -> str:
    """What a payer reads of an error: that of a debit says otherwise than that of a card of the same name."""
    reason = error.get("decline_code") or error["code"]
    is_debit = error["code"] == "payment_method_debit_failed"
    return words.get(f"debit_{reason}" if is_debit else reason, words["generic_decline"])


def _go_back(request: Request, intent: sqlite3.Row) -> Response:
    """To the page that sent the payer here, with a hint of how it went; without one, say it here."""
    end = ENDS.get(intent["status"], intent["status"])
    if intent["return_url"]:
        target = addresses.with_query(intent["return_url"], payment_intent=intent["id"], redirect_status=end)
        return redirect(target, 303)
    language = _language(request, intent)
    words = WORDS[language]
    sentence = words[f"{end}_words"].format(amount=_amount(intent, language))
    content = render("message", words, heading=words[f"{end}_title"], sentence=sentence)
    return page(words[f"{end}_title"], content, language)


def _message(request: Request, name: str, status: int = 200) -> Response:
    language = wanted_language(request.args.get("lang", ""), *_accepted(request))
    words = WORDS[language]
    content = render("message", words, heading=words[f"{name}_title"], sentence=words[f"{name}_words"])
    return page(words[f"{name}_title"], content, language, status=status)


def _amount(intent: sqlite3.Row, language: str) -> str:
    return currencies.written(intent["amount"], intent["currency"], language)


def _language(request: Request, intent: sqlite3.Row) -> str:
    return wanted_language(request.args.get("lang", ""), intent["locale"], *_accepted(request))


def _accepted(request: Request) -> list[str]:
    return [tag for tag, _ in request.accept_languages]
