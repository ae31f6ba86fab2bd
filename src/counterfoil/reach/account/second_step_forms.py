"""The forms of the second step."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.totp.internal.auth import validate_totp_code
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .own import AccountRequest
from .second_step import MFAAdapter, typed_password_just_now

ODD = (ValueError, TypeError, KeyError, AttributeError)  # what reading a made-up passkey can end in
CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}


class CodeForm(allauth_forms.AuthenticateForm):
    """The code that the app shows, or one of those that were kept for when it is lost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code of the app, or a recovery code"),
            max_length=40,
            widget=forms.TextInput(attrs=CODE | {"autofocus": True}),
        )


class PasswordForm(forms.Form):
    """What changes how somebody signs in asks for their password, so that no browser left open is enough for it."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    asks_always = True

    def __init__(self, *args: Any, request: AccountRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if not self.asks_always and typed_password_just_now(request):
            del self.fields["password"]

    def clean_password(self) -> str:
        """Tries are slowed per account."""
        if not ratelimit.consume(self.request, action="reauthenticate", user=self.request.user):
            raise get_adapter().validation_error("too_many_login_attempts")
        password: str = self.cleaned_data["password"]
        if not self.request.user.check_password(password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class AuthenticatorForm(PasswordForm):
    """A first code of the app shows that it has the secret."""

    code = forms.CharField(label=_("Code that the app shows"), max_length=40, widget=forms.TextInput(attrs=CODE))
    asks_always = False  # it only makes the account safer
    field_order = ("code", "password")

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self) -> str:
        clear = check_rate_limit(self.request.user)
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code):
            raise not_right()
        clear()
        return code


class CredentialField(forms.JSONField):
    """What a browser answers about a passkey, as the standard writes it. Anything else is no passkey."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except (ValueError, RecursionError) as odd:
            raise not_right() from odd
        if found in self.empty_values:
            return None
        if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
            raise not_right()
        return found


def not_right() -> Any:
    """What is said of a code or a passkey that doesn't do."""
    return MFAAdapter().validation_error("incorrect_code")


class PasskeyNameForm(forms.Form):
    """What somebody calls a passkey, to tell it from others."""

    name = forms.CharField(label=_("Name"), max_length=60)


class NewPasskeyForm(PasswordForm):
    """What the browser answers when a passkey is made."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("To tell it from others, such as “Laptop” or “Phone”.")
    )
    credential = CredentialField(error_messages={"required": _("No passkey was made.")})
    asks_always = False
    field_order = ("name", "password", "credential")

    def clean_credential(self) -> Any:
        from allauth.mfa.webauthn.internal import auth  # loads what only passkeys need

        credential = self.cleaned_data["credential"]
        try:
            made = auth.complete_registration(credential)
        except ODD as odd:
            raise not_right() from odd
        if not made.is_user_verified():
            raise ValidationError(_("The passkey has to ask who you are, by a finger, a face or a PIN."))
        return credential
