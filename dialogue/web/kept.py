"""What somebody had typed when a request could not be carried out: it is shown again and never lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
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
class Target:
    """Where an address leads inside the application."""

    endpoint: str
    case_id: UUID | None
    values: Mapping[str, Any]

    @property
    def form(self) -> str:
        """The name under which a draft of this form is kept: the endpoint, and the id or word that follows."""
        rest = [str(self.values[name]) for name in sorted(self.values) if name != "case_id"]
        return ":".join([self.endpoint, *rest])


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they came, without the ones that are ours and without passwords."""

    fields: dict[str, str] = field(repr=False)

    @property
    def texts(self) -> list[str]:
        """What was written, as opposed to chosen: whatever has a blank in it or is long."""
        return [value for value in self.fields.values() if " " in value.strip() or len(value) > 40]

    def pack(self) -> str:
        """One line for a hidden field."""
        return json.dumps(self.fields, ensure_ascii=False)

    @classmethod
    def unpack(cls, packed: str) -> Typed:
        """What ``pack`` wrote; nothing where it is not that."""
        try:
            told = json.loads(packed or "{}")
        except ValueError:
            return cls({})
        fits = isinstance(told, dict) and all(isinstance(value, str) for value in told.values())
        return cls(told) if fits and len(told) <= MOST_FIELDS else cls({})


def typed() -> Typed:
    """What this request brought."""
    fields = {
        name: value
        for name, value in request.form.items()
        if name != _OURS and not any(word in name.lower() for word in _SECRET)
    }
    fits = len(fields) <= MOST_FIELDS and sum(map(len, fields.values())) <= MOST_CHARACTERS
    return Typed(fields if fits else {})


def form_key() -> str:
    """The name under which a draft of this page's form is kept."""
    return Target(request.endpoint or "", None, request.view_args or {}).form


def safe_path(address: str | None) -> str | None:
    """A path of this application that a page may lead on to, or None for anything else."""
    if not address or not address.isprintable() or not address.startswith("/"):
        return None
    if address.startswith(("//", "/\\")) or "\\" in address:
        return None
    return address if find(address) is not None else None


def find(address: str) -> Target | None:
    """What a GET of that path would show."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        endpoint, values = adapter.match(urlsplit(address).path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    case_id = values.get("case_id")
    return Target(endpoint, case_id if isinstance(case_id, UUID) else None, values)


def way_back() -> str | None:
    """The page to come back to after signing in: this one, or for a button the page it stood on."""
    here = request.full_path.rstrip("?")
    if request.method in {"GET", "HEAD"} or find(request.path) is not None:
        return safe_path(here)
    parts = urlsplit(request.referrer or "")
    return safe_path(parts.path) if parts.netloc == request.host else None
