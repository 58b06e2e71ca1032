"""What every request passes before it reaches a page, and what every answer carries."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from dialogue.errors import Busy, NotSignedIn
from dialogue.web import uploads
from dialogue.web.sessions import visit

# Whatever is not named here asks for sign-in.
PUBLIC = frozenset(
    {
        "static",
        "home.index",
        "session.sign_in",
        "session.sign_out",
        "accounts.register",
        "accounts.follow",
        "recovery.ask",
        "recovery.choose",
        "recovery.new_password",
        "recovery.new_factor",
        "recovery.new_keys",
        "language.switch",
        "pages.confidentiality",
        "pages.exit",
        "health.live",
        "health.ready",
        "mailbox.index",
        "calendar.feed",
    }
)
# What somebody may reach whose sign-in is not complete.
BEGUN = PUBLIC - {"home.index"} | {"accounts.recovery_code"}
READS = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})

# How many bytes a request may bring. Nobody's words are longer than a page; a visitor's are an address or a name,
# except where words come along that were typed before a session ran out.
PAGE_OF_WORDS = 1024 * 1024
FEW_WORDS = 64 * 1024
BODIES: Mapping[str, int] = {"session.sign_in": PAGE_OF_WORDS, "session.sign_out": 4096, "language.switch": 16 * 1024}

_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing_topics",
    "camera",
    "display_capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle_detection",
    "local_fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


def install(app: Flask) -> None:
    """Put the checks before every page and the headers on every answer."""
    app.before_request(bound_the_body)
    app.before_request(refuse_foreign_writes)
    app.before_request(take_forms_only)
    app.before_request(ask_for_sign_in)
    app.before_request(uploads.make_way)
    CSRFProtect(app)
    policy = dict(headers().headers)
    transport = dict(Secure(hsts=StrictTransportSecurity().max_age(365 * 24 * 3600).include_subdomains()).headers)

    def protect(response: Response) -> Response:
        for name, value in (policy | transport if request.is_secure else policy).items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = CacheControl().no_store().header_value
        return response

    app.after_request(protect)


def headers() -> Secure:
    """The headers that every answer carries, pages, redirects, refusals and files alike."""
    own = "'self'"
    content = ContentSecurityPolicy().default_src("'none'").script_src(own).style_src(own).img_src(own).font_src(own)
    content = content.connect_src(own).form_action(own).base_uri("'none'").frame_ancestors("'none'")
    permissions = PermissionsPolicy()
    for feature in _FEATURES:
        permissions = getattr(permissions, feature)()
    return Secure(
        csp=content,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=permissions,
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


def bound_the_body() -> None:
    """Take no more from a request than its page needs; before anything of it is read."""
    present = visit()
    is_somebody = present.signed is not None or present.is_stale
    if uploads.takes_a_file() and present.signed is None and "X-Requested-With" in request.headers:
        raise NotSignedIn
    if uploads.takes_a_file() and present.signed is not None and present.signed.is_full:
        # Who may bring a file is asked behind the sign-in; until then nothing is read.
        request.max_content_length, request.max_form_memory_size = FEW_WORDS, PAGE_OF_WORDS
        return
    most = BODIES.get(request.endpoint or "", PAGE_OF_WORDS if is_somebody else FEW_WORDS)
    request.max_content_length = request.max_form_memory_size = most
    if request.content_length is not None and request.content_length > most:
        abort(413)


def refuse_foreign_writes() -> None:
    """Nothing is done at the bidding of another site, whatever cookie the browser sends along."""
    if request.method in READS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        own = site in {"same-origin", "none"}
    else:
        own = request.origin in {None, request.host_url.rstrip("/")}
    if not own:
        abort(403)


def take_forms_only() -> None:
    """What is written comes from a form. Flask-WTF would read JSON as one, with values of any kind."""
    if request.method not in READS and request.mimetype not in FORMS:
        abort(415)


def ask_for_sign_in() -> ResponseReturnValue | None:
    """A page that is not public is for people who are signed in, all the way."""
    endpoint, present = request.endpoint, visit()
    has_begun = present.signed is not None and not present.signed.is_full
    if endpoint is None or endpoint in (BEGUN if has_begun else PUBLIC):
        return None
    if present.is_down:
        raise Busy
    if present.signed is None:
        raise NotSignedIn
    return redirect(url_for("accounts.recovery_code"), 303) if has_begun else None
