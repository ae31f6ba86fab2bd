"""The account pages: allauth's views with our forms and templates, in the look of the door that they belong to."""

from typing import Any

from allauth.account import views as allauth_views
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterfoil.books.accounts import passwords
from counterfoil.foundation.addresses import is_inside
from counterfoil.reach.doors import public
from counterfoil.reach.doorways import organization_of
from counterfoil.reach.languages import remember

from . import forms, own_language
from .look import can_have_passkeys, look_of


class Door:
    """What every account page shows of the door it belongs to. What is wrong in a form is answered with 422."""

    request: HttpRequest

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        inherited: dict[str, Any] = super().get_context_data(**context)  # type: ignore[misc]
        look = look_of(organization_of(self.request), language_url=reverse("account_language"))
        return inherited | look | {"policy": passwords.policy()}

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        answer.status_code = 422
        return answer


class SignIn(Door, allauth_views.LoginView):
    template_name = "reach/account/sign_in.html"
    form_class = forms.SignInForm

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context) | {"can_have_passkeys": can_have_passkeys()}


class SignOut(Door, allauth_views.LogoutView):
    template_name = "reach/account/sign_out.html"


class Forgotten(Door, allauth_views.PasswordResetView):
    template_name = "reach/account/forgotten.html"
    form_class = forms.ForgottenForm
    success_url = reverse_lazy("account_reset_password_done")


class ForgottenSent(Door, allauth_views.PasswordResetDoneView):
    template_name = "reach/account/forgotten_sent.html"


class NewPassword(Door, allauth_views.PasswordResetFromKeyView):
    template_name = "reach/account/new_password.html"
    form_class = forms.NewPasswordForm
    success_url = reverse_lazy("account_login")

    def post(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        """Only pressing the button changes it: a program that fills in the forms of mailed pages presses none."""
        if "change" not in request.POST:
            return self.form_invalid(self.get_form())
        answer: HttpResponse = super().post(request, *args, **named)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password was changed. Sign in with the new one."))
        return answer


class Inactive(Door, allauth_views.AccountInactiveView):
    template_name = "reach/account/inactive.html"


@public("whoever reads a sign-in page chooses its language")
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        own_language.change(request, request.POST.get("language", ""))
    wished = request.POST.get("next", "")
    answer = HttpResponseRedirect(wished if is_inside(wished) else reverse("account_login"), status=303)
    remember(answer, request.POST.get("language", ""))
    return answer
