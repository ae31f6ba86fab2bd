"""What opens something without signing in."""

from counterfoil.foundation import tokens


def test_a_token_is_for_one_purpose() -> None:
    nonce = tokens.new_nonce()
    assert tokens.derive("invitation", nonce) == tokens.derive("invitation", nonce)
    assert tokens.derive("invitation", nonce) != tokens.derive("staff-invitation", nonce)


def test_neither_nonce_nor_hash_is_the_token() -> None:
    nonce = tokens.new_nonce()
    token = tokens.derive("invitation", nonce)
    assert len({nonce, token, tokens.hashed(token)}) == 3
    assert len(token) == 43


def test_another_secret_key_makes_other_tokens(settings) -> None:
    token = tokens.derive("setup", "nonce")
    settings.SECRET_KEY = "another key of the installation"
    assert tokens.derive("setup", "nonce") != token
