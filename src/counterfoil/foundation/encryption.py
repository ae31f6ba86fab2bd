"""What is worth stealing: encrypted with a key derived from the installation's secret."""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def encrypted(text: str) -> str:
    """The text as a database may hold it."""
    return _fernet().encrypt(text.encode()).decode()


def decrypted(kept: str) -> str:
    """What `encrypted` was given. Raises ImproperlyConfigured where the secret key is another one now."""
    try:
        return _fernet().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "COUNTERFOIL_SECRET_KEY is not the one this database was written with: stored secrets can't be read."
        ) from error


def _fernet() -> Fernet:
    key = hashlib.sha256(b"counterfoil field\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class EncryptedField(models.TextField):
    """Text that the database holds only encrypted. It cannot be searched, and reads back as it was written."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value in (None, "") else encrypted(str(value))

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return value if value in (None, "") else decrypted(value)
