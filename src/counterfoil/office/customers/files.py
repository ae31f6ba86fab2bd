"""Documents: the files that a customer and the business share, and what the office keeps of them for itself."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.sharing import shared_files
from counterfoil.design import files
from counterfoil.design.files import Row, UploadForm
from counterfoil.design.lists import ALL, Filter, Listed, read_list
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of

LISTED = Listed(
    sorts=files.SORTS,
    filters=(
        ALL,
        Filter("theirs", gettext_lazy("From the customer"), lambda rows, _today: rows.filter(contact__isnull=False)),
        Filter(
            "shared",
            gettext_lazy("Shared with them"),
            lambda rows, _today: rows.filter(contact__isnull=True, is_shown=True),
        ),
        Filter("internal", gettext_lazy("Only we see them"), lambda rows, _today: rows.filter(is_shown=False)),
    ),
)


class OfficeUploadForm(UploadForm):
    """With whether the customer sees it."""

    shown = forms.BooleanField(label=gettext_lazy("Show in portal"), required=False)

    def add(self, subject: Any, request: OfficeRequest) -> Any:
        """What was uploaded to a document or a customer's account, or None and the form says why not."""
        shown = self.is_valid() and self.cleaned_data["shown"]
        return self.put(partial(shared_files.add, subject, by=request.reach.actor, shown=shown))


@needs("files.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """The list, newest first, and the form to upload more."""
    return _show(request, find(request, customer_id), OfficeUploadForm(initial=files.fresh()))


@needs("files.add")
@require_POST
def add(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Put files to the customer's account."""
    customer = find(request, customer_id)
    form = OfficeUploadForm(request.POST, request.FILES)
    if added := form.add(customer, request):
        here = request.reach.url("customer_files", customer.id)
        return HttpResponseRedirect(files.after(request, here, added), status=303)
    return _show(request, customer, form, status=422)


def _show(request: OfficeRequest, customer: Any, form: UploadForm, *, status: int = 200) -> HttpResponse:
    reach = request.reach
    rows = reach.files.filter(customer=customer).of_account()
    listing = read_list(request, rows, LISTED, search=files.by_name, today=reach.today)
    return customer_page(
        request,
        "files.html",
        customer,
        people=people_of(request, customer),
        status=status,
        form=form if reach.may("files.add") else None,
        url=reach.url("customer_files_add", customer.id),
        here=reach.url("customer_files", customer.id),
        listing=listing,
        rows=[row(request, file, is_visible=True) for file in listing.rows],
    )


def row(request: OfficeRequest, file: Any, *, is_visible: bool | None = None) -> Row:
    """A line for a file, with what may be done to it if it is known whether the customer sees what it belongs to."""
    reach, place = request.reach, (file.customer_id, file.id)
    acts = _acts(request, file, is_visible=is_visible) if is_visible is not None and reach.may("files.add") else {}
    here = reach.url("customer_file", *place), reach.url("customer_file_small", *place)
    return files.row(request, reach, file, url=here[0], small_url=here[1], acts=acts)


def _acts(request: OfficeRequest, file: Any, *, is_visible: bool) -> Mapping[str, str]:
    reach, place = request.reach, (file.customer_id, file.id)
    acts = {}
    if shared_files.can_be_taken_away(file, actor=reach.actor, is_visible=is_visible):
        acts["remove_url"] = reach.url("customer_file_remove", *place)
        if file.is_shown and not (file.contact_id or file.comment_id):
            acts["withdraw_url"] = reach.url("customer_file_withdraw", *place)
    if not (file.is_shown or file.comment_id):
        acts["share_url"] = reach.url("customer_file_share", *place)
    return acts


def _found(request: OfficeRequest, customer_id: int, file_id: int) -> Any:
    return get_object_or_404(request.reach.files, customer_id=customer_id, id=file_id)


@needs("files.read")
@require_safe
def show(request: OfficeRequest, customer_id: int, file_id: int) -> FileResponse:
    """The file itself, to keep."""
    return files.download(_found(request, customer_id, file_id))


@needs("files.read")
@require_safe
def small(request: OfficeRequest, customer_id: int, file_id: int) -> FileResponse:
    """A small picture of it."""
    return files.small(_found(request, customer_id, file_id))


def _button(verb: Callable[..., Any], said: Any) -> Callable[..., HttpResponse]:
    """The view of a button beside a file; back to where the file is shown."""

    def press(request: OfficeRequest, customer_id: int, file_id: int) -> HttpResponse:
        file, reach = _found(request, customer_id, file_id), request.reach
        if file.document_kind:
            back = reach.url(file.document_kind, file.document_id)
        else:
            back = reach.url("customer_comments" if file.comment_id else "customer_files", customer_id)
        try:
            verb(file, by=reach.actor)
        except Refused as refusal:
            return refused(request, back, refusal)
        return done(request, back, said % {"file": file.name})

    return press


share = needs("files.add")(require_POST(_button(shared_files.share, gettext_lazy("%(file)s is now in the portal."))))
withdraw = needs("files.add")(
    require_POST(_button(shared_files.withdraw, gettext_lazy("%(file)s is no longer in the portal.")))
)
remove = needs("files.remove")(require_POST(_button(shared_files.remove, gettext_lazy("%(file)s was removed."))))
