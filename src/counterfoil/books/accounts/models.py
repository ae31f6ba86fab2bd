"""The person who signs in: one e-mail address, one password, however many portals and offices."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower

from counterfoil.foundation.ids import Row
from counterfoil.foundation.tokens import MailedSecret, hashed


class Users(BaseUserManager["User"]):
    """Finds people by address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Row, AbstractBaseUser):
    """Somebody with a sign-in. What they may see is decided by their contact persons and staff memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Users()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_case")]

    def __str__(self) -> str:
        return self.email


class Session(AbstractBaseSession):
    """What a browser is recognized by, and who uses it, where and with what. Without the row nobody is signed in."""

    user_id = models.BigIntegerField(null=True, db_index=True)  # nobody yet: who only came by a mailed link, say
    agent = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    used_at = models.DateTimeField()

    @property
    def name(self) -> str:
        """What a page may call it. Its key would let whoever reads it in."""
        return hashed(self.session_key)[:20]


class SignInLink(MailedSecret):
    """What signs somebody in once, in place of their password, for who reads their mail."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)  # or when it was closed unused
