"""Secrets that open something without signing in: 256 bits, of which the database keeps a hash and a nonce.

A token is derived from its nonce with the installation's secret key, so that the mail that carries it can be written
again after a crash with the same link, while a copy of the database alone opens nothing.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import models

from .ids import Row


def new_nonce() -> str:
    """Fresh randomness to derive a token from; 256 bits as 43 characters."""
    return secrets.token_urlsafe(32)


def derive(purpose: str, nonce: str) -> str:
    """The token of a purpose ("invitation") and nonce; 256 bits as 43 characters safe in an address."""
    key = hashlib.sha256(b"counterfoil token\0" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, f"{purpose}\0{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hashed(token: str) -> str:
    """What the database keeps of a token: SHA-256, 64 hex digits. The token is random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class MailedSecret(Row):
    """A row whose secret is mailed to one address and opens something for a time. Kept as a hash."""

    email = models.EmailField()  # where it was mailed to
    nonce = models.CharField(max_length=43)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True
