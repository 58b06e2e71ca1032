"""What somebody had typed when a request could not be carried out: it is shown again and never lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

MOST_FIELDS = 200
MOST_CHARACTERS = 120_000

# Forms that offer the draft of what was typed; all others can be sent again.
OFFER_DRAFTS = frozenset(
    {
        "agenda.position",
        "agenda.propose",
        "agenda.translate",
        "agenda.word",
        "delegation.ask",
        "documents.ask",
        "facilitator.declare",
        "followup.answer",
        "followup.change",
        "followup.propose",
        "followup.report",
        "help.answer",
        "help.ask",
        "reviews.hold",
        "facilitator.hand_over",
        "input.answer",
        "input.propose",
        "meetings.book",
        "meetings.edit",
        "meetings.propose",
        "notes.revise",
        "notes.write",
        "outcome.addend",
        "paper.propose",
        "release.ask",
        "request.comment",
        "request.edit",
        "summaries.amend",
        "summaries.write",
        "terms.propose",
        "words.position",
        "words.translate",
        "words.word",
    }
)

_OURS = "csrf_token"
_SECRET = ("password", "code", "group", "secret", "passkey")
PRIVATE = frozenset({"account", "accounts", "recovery", "session"})


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they came, without the ones that are ours and without passwords.

    pairs     name and value, in the order of the form
    action    the path that they were sent to
    case_id   the case that the form belongs to, if it belongs to one
    form      the name under which a draft of it is kept
    """

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    action: str = ""
    case_id: UUID | None = None
    form: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """One value for each name, as a draft holds them."""
        return one_each(self.pairs)

    @property
    def texts(self) -> list[str]:
        """What was written, as opposed to chosen: whatever has a blank in it or is long."""
        return [value for _name, value in self.pairs if " " in value.strip() or len(value) > 40]

    @property
    def has_draft(self) -> bool:
        """Whether the form offers what is kept as its draft."""
        return self.case_id is not None and self.form.partition(":")[0] in OFFER_DRAFTS

    def pack(self) -> str:
        """One line for a hidden field."""
        case = str(self.case_id) if self.case_id else ""
        return json.dumps([self.pairs, self.action, case, self.form], ensure_ascii=False)

    @classmethod
    def unpack(cls, packed: str | None) -> Typed:
        """What ``pack`` wrote; nothing where it is not that."""
        try:
            pairs, action, case, form = json.loads(packed or "")
            told = tuple((str(name), str(value)) for name, value in pairs)
            case_id = UUID(case) if case else None
        except (ValueError, TypeError, AttributeError):
            return cls()
        if not isinstance(form, str) or not isinstance(action, str) or not _is_served(action, "POST"):
            return cls()
        return cls(told, action, case_id, form)


def one_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One value for each name; where several boxes of one name are ticked, their words with blanks between."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: " ".join(told) for name, told in values.items()}


def typed() -> Typed:
    """What this request brought; of one's own account, where passwords are typed, nothing is kept."""
    if request.blueprint in PRIVATE:
        return Typed()
    pairs = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != _OURS and not any(word in name.lower() for word in _SECRET)
    )
    if len(pairs) > MOST_FIELDS or sum(len(value) for _name, value in pairs) > MOST_CHARACTERS:
        return Typed()
    values = request.view_args or {}
    case_id, form = values.get("case_id"), values.get("form")
    return Typed(pairs, request.path, case_id if isinstance(case_id, UUID) else None, form or form_key())


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
    return _is_served(path, "GET")


def way_back() -> str | None:
    """The page to come back to after signing in: this one, or for a button the page it stood on."""
    here = request.full_path.rstrip("?")
    if request.method in {"GET", "HEAD"} or is_page(request.path):
        return safe_path(here)
    parts = urlsplit(request.referrer or "")
    return safe_path(parts.path) if parts.netloc == request.host else None


def _is_served(path: str, method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method=method)
    except (HTTPException, RequestRedirect):
        return False
    return True
