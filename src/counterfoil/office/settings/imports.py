"""Settings: bringing over from Zoho Books what its CSV exports have."""

from collections.abc import Iterator
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.design.answers import csv_answer
from counterfoil.design.forms import LongSelect, refuse
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.imports import imports
from counterfoil.imports.kinds import KINDS
from counterfoil.office.answers import done, refused, status_of
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

SHOWN = 50  # problems and changes on the page; the file has all
LISTED = 20
ENCODINGS = (
    ("", gettext_lazy("Find out")),
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("gb18030", "GBK"),
    ("cp1252", gettext_lazy("Western (Windows-1252)")),
)
ORDERS = (
    ("", gettext_lazy("Find out")),
    ("ymd", gettext_lazy("Year first: 2026-03-31")),
    ("dmy", gettext_lazy("Day first: 31/03/2026")),
    ("mdy", gettext_lazy("Month first: 03/31/2026")),
)


class UploadForm(forms.Form):
    """A file, and what is in it."""

    making_key = forms.CharField(widget=forms.HiddenInput, max_length=43)
    kind = forms.ChoiceField(label=gettext_lazy("What is in the file"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A CSV file of up to 40 MB and 100,000 rows, as Zoho Books exports it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, one.layout.label) for kind, one in KINDS.items()]  # type: ignore[attr-defined]


class ReadingForm(forms.Form):
    """Which column is which field, and how the file is written."""

    checks = forms.IntegerField(widget=forms.HiddenInput)
    order = forms.ChoiceField(label=gettext_lazy("Dates"), choices=ORDERS, required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Characters"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, header: list[str], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Not in this file")), *((str(place), name or "…") for place, name in enumerate(header))]
        self.mapped = [f"column-{field.name}" for field in KINDS[kind].layout.fields]
        for field in KINDS[kind].layout.fields:
            self.fields[f"column-{field.name}"] = forms.ChoiceField(
                label=field.label, choices=offered, required=False, widget=LongSelect
            )

        if kind == "payments":
            self.fields["more_to_come"] = forms.BooleanField(
                label=gettext_lazy("More files of payments are to come for the same invoices"), required=False
            )

    @property
    def columns(self) -> list[Any]:
        return [self[name] for name in self.mapped]

    def chosen(self) -> dict[str, int]:
        """The place of the column of each field that has one."""
        found = {name.removeprefix("column-"): self.cleaned_data[name] for name in self.mapped}
        return {name: int(place) for name, place in found.items() if place}


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: OfficeRequest) -> HttpResponse:
    """A form for the next file, and what was imported before."""
    form = UploadForm(
        request.POST or None, request.FILES or None, initial={"making_key": token_urlsafe(16), "kind": "contacts"}
    )
    if request.method == "POST" and form.is_valid():
        reach, data = request.reach, form.cleaned_data
        try:
            made = imports.begin(
                reach.organization,
                data["kind"],
                data["file"].name,
                data["file"].read(),
                by=reach.actor,
                owner=reach.member,
                language=reach.language,
                making_key=data["making_key"],
            )
        except Refused as refusal:
            refuse(form, Refused(refusal.code, refusal.sentence, field=refusal.field or "file"))
        else:
            return done(request, reach.url("settings_import", made.id))
    rows = [_row(request, one) for one in request.reach.imports.defer("found", "header").order_by("-id")[:LISTED]]
    return settings_page(request, "imports.html", status=status_of(form), form=form, rows=rows)


@needs("settings.edit")
@never_cache
@require_safe
def show(request: OfficeRequest, import_id: int) -> HttpResponse:
    """How far it is, what it would do, or what came of it; it follows by itself."""
    return _show(request, get_object_or_404(request.reach.imports, id=import_id))


@needs("settings.edit")
@require_POST
def columns(request: OfficeRequest, import_id: int) -> HttpResponse:
    """Another column for a field, or another way to read the file."""
    one = get_object_or_404(request.reach.imports, id=import_id)
    form = ReadingForm(request.POST, header=one.header, kind=one.kind)
    if form.is_valid():
        options = {name: str(form.cleaned_data.get(name) or "") for name in imports.OPTIONS}
        try:
            checks, by, owner = form.cleaned_data["checks"], request.reach.actor, request.reach.member
            imports.read_otherwise(one, form.chosen(), options, by=by, owner=owner, checks=checks)
        except Refused as refusal:
            where = refusal.field or ""
            is_column = f"column-{where}" in form.fields
            refuse(form, Refused(refusal.code, refusal.sentence, field=f"column-{where}" if is_column else where))
        else:
            return done(request, request.reach.url("settings_import", one.id))
    return _show(request, one, form)


@needs("settings.edit")
@require_POST
def start(request: OfficeRequest, import_id: int) -> HttpResponse:
    one = get_object_or_404(request.reach.imports, id=import_id)
    try:
        seen = whole_number(request.POST.get("checks", "")) or 0
        imports.start(one, by=request.reach.actor, owner=request.reach.member, checks=seen)
    except Refused as refusal:
        return refused(request, request.reach.url("settings_import", one.id), refusal)
    return done(request, request.reach.url("settings_import", one.id))


@needs("settings.edit")
@require_safe
def problems(request: OfficeRequest, import_id: int) -> HttpResponseBase:
    """Each line that is in the way, and why, to work through beside the file."""
    one = get_object_or_404(request.reach.imports, id=import_id)

    def rows() -> Iterator[Any]:
        yield _("Line"), _("Column"), _("Why")
        yield from one.found.get("problems", ())

    return csv_answer(rows(), f"problems-{one.id}")


def _row(request: OfficeRequest, one: Any) -> dict[str, Any]:
    reach = request.reach
    return {
        "url": reach.url("settings_import", one.id),
        "file": one.file_name,
        "kind": KINDS[one.kind].layout.label,
        "state": one.get_state_display(),
        "tone": {"done": "paid", "failed": "declined", "checked": "awaiting"}.get(one.state, "pending"),
        "when": format_moment(
            one.made_at, reach.language, reach.organization.time_zone, reach.organization.date_format
        ),
    }


def _show(request: OfficeRequest, one: Any, form: ReadingForm | None = None) -> HttpResponse:
    url, found = request.reach.url, one.found
    is_waiting = one.state == "checked"
    if is_waiting and form is None:
        initial = {f"column-{name}": str(place) for name, place in one.columns.items()}
        initial |= one.options | {"checks": one.checks}
        form = ReadingForm(header=one.header, kind=one.kind, initial=initial)
    taken = set(one.columns.values())
    return settings_page(
        request,
        "import.html",
        status=status_of(form) if form else 200,
        one=_row(request, one),
        state=one.state,
        checks=one.checks,
        is_over=one.state not in ("checking", "importing"),
        is_waiting=is_waiting,
        rows_done=one.rows_done,
        rows_total=one.rows_total,
        found=found,
        header=one.header,
        left_out=[name for place, name in enumerate(one.header) if place not in taken and name],
        problems=found.get("problems", [])[:SHOWN],
        more_problems=max(0, found.get("problem_lines", 0) - SHOWN),
        changes=found.get("changes", [])[:SHOWN],
        form=form if is_waiting else None,
        form_is_open=bool(form and form.errors) or bool(found.get("refused")),
        columns_url=url("settings_import_columns", one.id),
        start_url=url("settings_import_start", one.id),
        problems_url=url("settings_import_problems", one.id),
        back_url=url("settings_imports"),
        here=url("settings_import", one.id),
    )
