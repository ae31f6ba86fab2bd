"""Files as both doors show and take them: the form to upload some, a line for each, the answer that gives one out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import IO, Any, Protocol

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.files import keeping, kinds
from counterfoil.books.files.keeping import Upload
from counterfoil.books.files.missing import Missing
from counterfoil.books.files.models import StoredFile
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.pages import Sort, starts_with
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound.patterns import FILES

from .forms import refuse

# Whatever it is, a browser neither runs it nor shows it as a page of ours, and keeps no copy.
HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
SORTS = {"date": Sort("id", int), "name": Sort("name_key"), "size": Sort("size")}


def by_name(rows: Any, text: str) -> Any:
    """Those whose name begins so."""
    return rows.filter(starts_with("name_key", text.casefold()))


class Reach(Protocol):
    """What both doors' reaches have."""

    door: Any
    organization: Any

    @property
    def language(self) -> str: ...


class _FileInputs(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)

    def value_omitted_from_data(self, _data: Any, files: Any, name: str) -> bool:
        return name not in files


class FilesField(forms.Field):
    """Several files at once; cleans to what the verbs take in. What is wrong with them the verbs know."""

    widget = _FileInputs

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs |= {"multiple": True, "accept": kinds.accepted()}

    def clean(self, value: Any) -> list[Upload]:
        return [Upload(one.name or "", one.size or 0, one) for one in value or ()]


class UploadForm(forms.Form):
    """What to upload. Which files they were no form can say again, so they are chosen anew after a mistake."""

    making_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput)
    file = FilesField(label=gettext_lazy("Files"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """With ids of its own: the form of the conversation stands on the same pages."""
        kwargs.setdefault("auto_id", "upload_%s")
        super().__init__(*args, **kwargs)

    def put(self, verb: Callable[..., Any]) -> Any:
        """What the verb made of the files, once they were found harmless and stored, or the form says why not."""
        if not self.is_valid():
            return None
        try:
            with keeping.taken_in(self.cleaned_data["file"]) as kept:
                return verb(kept, making_key=self.cleaned_data["making_key"])
        except Refused as refusal:
            refuse(self, refusal)
            return None

    @property
    def hint(self) -> str:
        """What can be uploaded."""
        size = settings.LARGEST_UPLOAD // (1024 * 1024)
        told = {"types": kinds.offered(), "size": size, "most": keeping.MOST_AT_ONCE}
        return _("Up to %(most)d files of at most %(size)d MB: %(types)s.") % told


@dataclass(frozen=True)
class Row:
    """One file. Addresses are empty where there is nothing to see or nothing that this person may do."""

    id: int
    name: str
    icon: str
    size: str
    who: str
    when: str
    moment: str
    url: str
    small_url: str
    is_internal: bool
    is_new: bool
    remove_url: str = ""
    share_url: str = ""
    withdraw_url: str = ""


@dataclass(frozen=True)
class Attachments:
    """The files of one document. `form` is None for who may not add any, and then `url` is where it goes."""

    rows: list[Row]
    form: UploadForm | None
    url: str

    def __bool__(self) -> bool:
        return bool(self.rows or self.form)

    @property
    def can_go(self) -> bool:
        """Whether this person may remove any."""
        return any(row.remove_url for row in self.rows)


def fresh() -> dict[str, str]:
    """What is in the form before anything is chosen."""
    return {"making_key": token_urlsafe(16)}


def row(
    request: HttpRequest,
    reach: Reach,
    file: StoredFile,
    *,
    url: str,
    small_url: str,
    acts: Mapping[str, str] | None = None,
) -> Row:
    """A line for a file, which is fetched from `url`; `acts` are addresses by what they do."""
    organization, kind = reach.organization, kinds.of(file.kind)
    return Row(
        id=file.id,
        name=file.name,
        icon=kind.icon,
        size=filesizeformat(file.size),
        who=organization.name if reach.door == "portal" and file.contact_id is None else file.by.name,
        when=format_moment(file.made_at, reach.language, organization.time_zone, organization.date_format),
        moment=file.made_at.isoformat(timespec="seconds"),
        url=url,
        small_url=small_url if file.small_key else "",
        is_internal=not file.is_shown,
        is_new=str(file.id) in request.GET.getlist("added"),
        **(acts or {}),
    )


def by_comment(rows: Iterable[tuple[StoredFile, Row]]) -> dict[int, list[Row]]:
    """The lines of what was said with comments, by comment."""
    found: dict[int, list[Row]] = {}
    for file, line in rows:
        if file.comment_id is not None:
            found.setdefault(file.comment_id, []).append(line)
    return found


def after(request: HttpRequest, here: str, added: Sequence[StoredFile]) -> str:
    """Where to go when something was uploaded: to the files, among which htmx reads aloud what is new."""
    ids = "&".join(f"added={one.id}" for one in added[:1])
    return f"{here}?{ids}" if request.headers.get("HX-Request") else f"{here}#{FILES}"


def download(file: StoredFile) -> FileResponse:
    """The file as it was uploaded, to be kept and never shown. Raises Http404 where its content is gone."""
    return _answer(keeping.opened, file, file.name, kinds.of(file.kind).mime)


def small(file: StoredFile) -> FileResponse:
    """The small picture of it, drawn by us. Raises Http404 where there is none."""
    return _answer(keeping.opened_small, file, f"{file.id}.webp", "image/webp")


def _answer(content_of: Callable[[StoredFile], IO[bytes]], file: StoredFile, name: str, mime: str) -> FileResponse:
    try:
        content = content_of(file)
    except Missing as missing:
        raise Http404 from missing
    answer = FileResponse(content, content_type=mime, headers=HARMLESS)
    # Without what a header or a file system could misread; the name that people see is on the page.
    safe = "".join(letter if letter.isalnum() or letter in "-._ ()" else "-" for letter in name)
    answer.headers["Content-Disposition"] = content_disposition_header(True, safe) or "attachment"
    return answer
