"""What somebody had typed when a request could not be carried out: it is shown again and never lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

MOST_FIELDS = 60
MOST_CHARACTERS = 120_000

_OURS = "csrf_token"
_SECRET = ("password", "code", "group", "secret")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they came, without the ones that are ours and without passwords.

    case_id   the case that the form belongs to, if it belongs to one
    form      the name under which a draft of it is kept
    """

    fields: dict[str, str] = field(default_factory=dict, repr=False)
    case_id: UUID | None = None
    form: str = ""

    @property
    def texts(self) -> list[str]:
        """What was written, as opposed to chosen: whatever has a blank in it or is long."""
        return [value for value in self.fields.values() if " " in value.strip() or len(value) > 40]

    def pack(self) -> str:
        """One line for a hidden field."""
        case = str(self.case_id) if self.case_id else ""
        return json.dumps({"case": case, "form": self.form, "fields": self.fields}, ensure_ascii=False)

    @classmethod
    def unpack(cls, packed: str | None) -> Typed:
        """What ``pack`` wrote; nothing where it is not that."""
        try:
            told = json.loads(packed or "")
            fields, form = told["fields"], told["form"]
            case_id = UUID(told["case"]) if told["case"] else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()
        if not isinstance(form, str) or not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
            return cls()
        return cls({str(name): str(value) for name, value in fields.items()}, case_id, form)


def typed() -> Typed:
    """What this request brought, where it was written into a dialogue; elsewhere there is nothing to keep."""
    case_id = (request.view_args or {}).get("case_id")
    if not isinstance(case_id, UUID):
        return Typed()
    fields = {
        name: value
        for name, value in request.form.items()
        if name != _OURS and not any(word in name.lower() for word in _SECRET)
    }
    fits = len(fields) <= MOST_FIELDS and sum(map(len, fields.values())) <= MOST_CHARACTERS
    return Typed(fields if fits else {}, case_id, form_key())


def form_key() -> str:
    """The name under which a draft of this page's form is kept: its endpoint, and the id or word that follows."""
    values = request.view_args or {}
    rest = [str(values[name]) for name in sorted(values) if name != "case_id"]
    return ":".join([request.endpoint or "", *rest])


def safe_path(address: str | None) -> str | None:
    """A path of this application that a page may lead on to, or None for anything else."""
    if not address or not address.isprintable() or not address.startswith("/"):
        return None
    if address.startswith(("//", "/\\")) or "\\" in address:
        return None
    return address if is_page(urlsplit(address).path) else None


def is_page(path: str) -> bool:
    """Whether a GET of that path would show something."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True


def way_back() -> str | None:
    """The page to come back to after signing in: this one, or for a button the page it stood on."""
    here = request.full_path.rstrip("?")
    if request.method in {"GET", "HEAD"} or is_page(request.path):
        return safe_path(here)
    parts = urlsplit(request.referrer or "")
    return safe_path(parts.path) if parts.netloc == request.host else None
