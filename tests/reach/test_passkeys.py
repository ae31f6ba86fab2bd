"""Passkeys that nobody has, and those of others. `tests/browser/test_passkey_walk.py` has one that somebody has."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from counterfoil.books.accounts.models import User
from tests.reach.test_two_step import ACCOUNT, password, set_up
from tests.support.cast import PASSWORD, Cast, visitor

ANSWER = {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}
ODD = [
    "",
    "x",
    "9" * 5_000,
    "[" * 50_000,
    "[]",
    "null",
    '"text"',
    "{}",
    '{"response": {}}',
    '{"response": []}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": ANSWER}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": ANSWER | {"userHandle": "%%"}}),
    json.dumps({"id": 1, "rawId": None, "type": [], "response": {"clientDataJSON": 7, "attestationObject": {}}}),
    json.dumps({"id": "AA", "rawId": "AA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
]


@pytest.fixture(autouse=True)
def no_earlier_failures(db: None) -> None:
    cache.clear()


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_what_is_no_passkey_does_nothing_and_breaks_nothing(cast: Cast, odd: str) -> None:
    stranger, ana, half = visitor(), visitor(cast.ana), visitor()
    stranger.get(f"{ACCOUNT}login/passkey/")
    assert stranger.post(f"{ACCOUNT}login/passkey/", {"credential": odd}).status_code == 422
    assert stranger.get(f"{ACCOUNT}security/").status_code == 302
    ana.get(f"{ACCOUNT}passkeys/new/")
    form = {"name": "Laptop", "password": PASSWORD, "credential": odd}
    assert ana.post(f"{ACCOUNT}passkeys/new/", form).status_code == 422
    assert not Authenticator.objects.exists()
    set_up(ana)
    password(half)
    assert half.post(f"{ACCOUNT}login/second-step/", {"credential": odd}).status_code == 422
    assert half.get(f"{ACCOUNT}security/").status_code == 302


def keep(user: Any, name: str = "Laptop") -> Authenticator:
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": {}})


def test_nobody_renames_or_removes_a_passkey_of_somebody_else(cast: Cast) -> None:
    hers, ana = keep(cast.sam.user), visitor(cast.ana)
    for number in (hers.pk, 0, "", "x", "9" * 30):
        form = {"passkey": number, "name": "Mine now", "password": PASSWORD}
        assert ana.post(f"{ACCOUNT}passkeys/name/", form).status_code == 404
        assert ana.post(f"{ACCOUNT}passkeys/removal/", form).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Laptop"


def test_ones_own_is_renamed_and_removed_with_the_password(cast: Cast) -> None:
    key, ana = keep(cast.ana.user), visitor(cast.ana)
    assert ana.post(f"{ACCOUNT}passkeys/name/", {"passkey": key.pk, "name": " "}).status_code == 422
    assert ana.post(f"{ACCOUNT}passkeys/name/", {"passkey": key.pk, "name": "Phone"}).status_code == 303
    assert "Phone" in ana.get(f"{ACCOUNT}security/").content.decode()
    for wrong in ({}, {"password": "not-mine-at-all"}):
        assert ana.post(f"{ACCOUNT}passkeys/removal/", {"passkey": key.pk} | wrong).status_code == 422
    assert ana.post(f"{ACCOUNT}passkeys/removal/", {"passkey": key.pk, "password": PASSWORD}).status_code == 303
    assert not Authenticator.objects.exists()


def test_who_has_one_is_asked_for_a_second_step_after_the_password(cast: Cast) -> None:
    user: User = cast.ana.user
    keep(user)
    assert password(visitor())["Location"] == f"{ACCOUNT}login/second-step/"


@pytest.mark.parametrize("address", ["login/passkey/", "passkeys/new/", "passkeys/name/", "passkeys/removal/"])
def test_a_forged_form_does_none_of_it(cast: Cast, address: str) -> None:
    assert visitor(cast.ana, csrf=True).post(f"{ACCOUNT}{address}", {"credential": "{}"}).status_code == 403
