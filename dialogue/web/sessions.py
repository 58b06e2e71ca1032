"""The session of a browser: a split-key one for people who are signed in, a signed cookie for visitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import structlog
from flask import Flask, Request, Response, g, has_request_context, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin
from itsdangerous import BadData
from werkzeug.datastructures import CallbackDict

from dialogue.domain.people import StaffRole
from dialogue.errors import Refusal
from dialogue.services import signin
from dialogue.services.instance import Instance
from dialogue.services.signin import SignedIn
from dialogue.services.unit import Actor

COOKIE = "__Host-dialogue"
VISITOR = "__Host-visitor"
TRIES = 3

_FLASHES = "_flashes"
_log = structlog.get_logger()


class Visit(CallbackDict[str, Any], SessionMixin):
    """What the pages keep about one browser, and who is signed in there.

    signed    the open session of somebody who is signed in
    is_stale  the browser holds the cookie of a session that is over
    is_down   the session could not be looked up: nobody is signed in for now, but nothing is over
    """

    def __init__(
        self,
        content: dict[str, Any] | None = None,
        signed: SignedIn | None = None,
        *,
        is_stale: bool = False,
        is_down: bool = False,
    ) -> None:
        super().__init__(content or {}, _mark)
        self.before = dict(self)
        self.signed = signed
        self.is_stale = is_stale
        self.is_down = is_down
        self.is_new_cookie = False
        self.modified = False
        self.accessed = True

    @property
    def actor(self) -> Actor | None:
        """Who acts: nobody until the sign-in is complete."""
        return self.signed.actor if self.signed is not None and self.signed.is_full else None

    def become(self, signed: SignedIn) -> None:
        """Go on as somebody who has just signed in or gone a step further; what the visitor left is forgotten."""
        self.clear()
        self.update(_read(signed.content))
        self.before = dict(self)
        self.signed = signed
        self.is_new_cookie = True
        self.modified = False
        _forget_token()

    def forget(self) -> None:
        """Go on as a visitor: the session is over."""
        self.clear()
        self.signed = None
        self.is_stale = True
        _forget_token()


class Holder(UserMixin):  # type: ignore[misc]
    """Who is signed in, for flask-login."""

    def __init__(self, signed: SignedIn) -> None:
        self.id = str(signed.actor.account_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is signed in, for the head of every page."""

    name: str = field(repr=False)
    is_desk: bool
    is_admin: bool

    @classmethod
    def of(cls, signed: SignedIn) -> Shown:
        staff = signed.actor.staff
        return cls(signed.person.name, StaffRole.COORDINATOR in staff, StaffRole.ADMINISTRATOR in staff)


class SplitKeySessions(SessionInterface):
    """Opens and keeps sessions. Opening never raises: what does not open is a visitor."""

    visitors = SecureCookieSessionInterface()
    visitors.salt = "dialogue-visitor"

    def open_session(self, app: Flask, request: Request) -> Visit:
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            return Visit(self._visitor(app, request))
        try:
            signed = signin.resume(_instance(app), cookie, clock(app), counts=not _is_polling(request))
            return Visit(_read(signed.content), signed) if signed else Visit(self._visitor(app, request), is_stale=True)
        except Exception as failure:
            _log.error("session.unreadable", kind=type(failure).__name__)
            return Visit(self._visitor(app, request), is_down=True)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        present = cast(Visit, session)
        response.vary.add("Cookie")
        if present.signed is None:
            self._save_visitor(app, present, response)
        elif self._keep(app, present):
            if present.is_new_cookie:
                self._set(response, COOKIE, present.signed.cookie)
                self._delete(response, VISITOR)
        else:
            self._delete(response, COOKIE)

    def _visitor(self, app: Flask, request: Request) -> dict[str, Any]:
        serializer = self.visitors.get_signing_serializer(app)
        cookie = request.cookies.get(VISITOR)
        if serializer is None or not cookie:
            return {}
        try:
            content = serializer.loads(cookie, max_age=int(app.permanent_session_lifetime.total_seconds()))
        except BadData:
            return {}
        return content if isinstance(content, dict) else {}

    def _save_visitor(self, app: Flask, present: Visit, response: Response) -> None:
        if present.is_stale:
            self._delete(response, COOKIE)
        if not present.modified:
            return
        serializer = self.visitors.get_signing_serializer(app)
        if serializer is None or not present:
            self._delete(response, VISITOR)
        else:
            self._set(response, VISITOR, str(serializer.dumps(dict(present))))

    def _keep(self, app: Flask, present: Visit) -> bool:
        """Put down what changed; a change by another request at the same time is kept as well.

        returns   False where the session has ended meanwhile
        """
        if not present.modified or present.signed is None:
            return True
        signed: SignedIn | None = present.signed
        content = dict(present)
        for _try in range(TRIES):
            if signed is None:
                return False
            if (kept := signin.keep(_instance(app), signed, _write(content))) is not None:
                present.signed = kept
                return True
            signed = signin.resume(_instance(app), signed.cookie, clock(app), counts=False)
            if signed is not None:
                content = _merged(present.before, dict(present), _read(signed.content))
        _log.warning("session.contended")
        return True

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, secure=True, httponly=True, samesite="Lax", path="/")

    def _delete(self, response: Response, name: str) -> None:
        response.delete_cookie(name, secure=True, httponly=True, samesite="Lax", path="/")


def install(app: Flask) -> None:
    """Give the application its sessions, and flask-login its way to who is signed in."""
    app.session_interface = SplitKeySessions()
    logins = LoginManager(app)
    logins.session_protection = None
    logins.user_loader(_holder)
    app.context_processor(_shown)


def visit() -> Visit:
    """The session of this request."""
    return cast(Visit, session._get_current_object())  # type: ignore[attr-defined]


def _shown() -> dict[str, Any]:
    """What every page shows of whoever is signed in, and how much waits for that person."""
    signed = visit().signed if has_request_context() else None
    is_full = signed is not None and signed.is_full
    return {
        "person": Shown.of(signed) if signed is not None and is_full else None,
        "has_begun": signed is not None and not is_full,
        "waiting_count": 0,
    }


def _holder(account_id: str) -> Holder | None:
    signed = visit().signed
    return Holder(signed) if signed is not None and str(signed.actor.account_id) == account_id else None


def _forget_token() -> None:
    """The token that Flask-WTF made for this request belongs to the session before."""
    g.pop("csrf_token", None)


def _mark(changed: Visit) -> None:
    changed.modified = True


def _is_polling(request: Request) -> bool:
    """Whether the page asks by itself: that keeps no session alive."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"


def _merged(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    gone = set(before) - set(mine)
    changed = {key: value for key, value in mine.items() if key not in before or before[key] != value}
    merged = {key: value for key, value in theirs.items() if key not in gone} | changed
    if _FLASHES in changed and _FLASHES in theirs:
        new = [flash for flash in mine[_FLASHES] if flash not in before.get(_FLASHES, [])]
        merged[_FLASHES] = [*theirs[_FLASHES], *new]
    return merged


def _read(content: bytes) -> dict[str, Any]:
    told = TaggedJSONSerializer().loads(content.decode()) if content else {}
    if not isinstance(told, dict):
        raise Refusal
    return told


def _write(content: dict[str, Any]) -> bytes:
    return TaggedJSONSerializer().dumps(content).encode()


def _instance(app: Flask) -> Instance:
    found: Instance = app.extensions["dialogue"]
    return found


def clock(app: Flask) -> datetime:
    """Now, by the clock that the application was built with."""
    now: datetime = app.extensions["dialogue.clock"]()
    return now
