"""Forms that make something: sending one twice makes one thing."""

from secrets import token_urlsafe

from django import forms


class MadeOnce(forms.Form):
    """A form that makes something carries a key, so that sending it twice makes one thing."""

    making_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


def fresh_key() -> str:
    """A key for a form that is shown for the first time."""
    return token_urlsafe(16)
