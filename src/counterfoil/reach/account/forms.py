"""The forms of the account pages: allauth's, in our words."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(allauth_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("E-mail"), autocomplete="username", autofocus=True)
        _say(self.fields["password"], _("Password"), autocomplete="current-password")


class ForgottenForm(allauth_forms.ResetPasswordForm):
    """Who forgot their password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("E-mail"), autocomplete="username", autofocus=True)


class LinkForm(forms.Form):
    """Who wants a link to sign in."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], _("New password"), autocomplete="new-password", autofocus=True)
        _say(self.fields["password2"], _("Confirm password"), autocomplete="new-password")


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The present password, and a new one, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Present password"), autocomplete="current-password")
        _say(self.fields["password1"], _("New password"), autocomplete="new-password")
        _say(self.fields["password2"], _("Confirm password"), autocomplete="new-password")


class FirstPasswordForm(forms.Form):
    """The first password of who accepts an invitation, typed twice."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"readonly": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    confirmation = forms.CharField(
        label=_("Confirm password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Type the password a second time.")},
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        both = {"password", "confirmation"} <= values.keys()
        if both and values["password"] != values["confirmation"]:
            self.add_error("confirmation", _("The two passwords are not the same."))
        return values


def _say(field: forms.Field, label: Any, **attributes: Any) -> None:
    """Our label, and nothing in the place where people write."""
    field.label, field.help_text = label, ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)
