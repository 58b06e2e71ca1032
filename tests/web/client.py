"""A visitor with a browser who looks at every page twice: what any page must be is checked on each one it opens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.builders import APP_SECRET, House

BASE = "https://localhost"
REDIRECTS = {301, 302, 303, 307, 308}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
# What some answers carry instead: pages with a secret in their address, and files, which may do nothing at all.
STRICTER = {
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}


@dataclass
class Form:
    """A form as it stands on a page: where it leads, what is in it, its buttons and where some of them lead."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    detours: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return set(self.fields) | set(self.choices)

    def button(self, words: str) -> tuple[str, str, str] | None:
        return next((b for b in self.buttons if words == b[0]), None) or next(
            (b for b in self.buttons if words.casefold() in b[0].casefold()), None
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lang = ""
        self.titles: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.faults: list[str] = []
        self.labels: set[str] = set()
        self.inputs: list[str] = []
        self._open: list[str] = []
        self._catch: list[tuple[str, list[str]]] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._button: tuple[str, str] | None = None
        self._detour: str = ""
        self._href: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if "id" in told:
            self.ids.append(told["id"])
        if "style" in told or tag == "style":
            self.faults.append(f"inline style on <{tag}>")
        if tag == "script" and not told.get("src"):
            self.faults.append("inline script")
        self.faults.extend(f"{name} on <{tag}>" for name in told if name.startswith("on"))
        for name in ("src", "href", "action"):
            # Only to where people meet, by a link that tells that place nothing of this one.
            is_quiet = (tag, told.get("rel")) == ("a", "noreferrer noopener") and told.get(name, "").startswith(
                "https:"
            )
            if told.get(name, "").startswith(("http:", "https:", "//", "data:", "javascript:")) and not is_quiet:
                self.faults.append(f"{tag} {name} leads elsewhere: {told[name]}")
        match tag:
            case "html":
                self.lang = told.get("lang", "")
            case "title" | "h1" if "svg" not in self._open:
                self._catch.append((tag, []))
            case "a":
                self._href = told.get("href", "")
                self._catch.append((tag, []))
            case "label":
                self.labels.add(told.get("for", ""))
            case "form":
                self._form = Form(told.get("action", ""), told.get("method", "get").lower())
                self.forms.append(self._form)
            case "input":
                self._input(told)
            case "textarea" if self._form is not None and "name" in told:
                self._area = told["name"]
                self.inputs.append(told.get("id", ""))
                self._catch.append((tag, []))
            case "select" if self._form is not None:
                self._select = told["name"]
                self.inputs.append(told.get("id", ""))
                self._form.choices[told["name"]] = []
                self._form.fields[told["name"]] = []
            case "option" if self._form is not None and self._select:
                self._form.choices[self._select].append(told.get("value", ""))
                if "selected" in told:
                    self._form.fields[self._select] = [told.get("value", "")]
            case "button":
                self._button = (told.get("name", ""), told.get("value", ""))
                self._detour = told.get("formaction", "")
                self._catch.append((tag, []))
                if self._form is None and told.get("type") != "button":
                    self.faults.append("a button outside any form")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")
        if self._catch and self._catch[-1][0] == tag:
            words = "".join(self._catch.pop()[1])
            self._caught(tag, words)
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        for _tag, caught in self._catch:
            caught.append(data)
        if self._open and self._open[-1] not in {"script", "style", "title"}:
            self.words.append(data)

    def _input(self, told: dict[str, str]) -> None:
        kind = told.get("type", "text")
        if kind not in {"hidden", "submit"}:
            self.inputs.append(told.get("id", ""))
        name = told.get("name")
        if self._form is None or not name:
            return
        if kind in {"radio", "checkbox"}:
            self._form.choices.setdefault(name, []).append(told.get("value", "on"))
            if "checked" in told:
                self._form.fields.setdefault(name, []).append(told.get("value", "on"))
        else:
            self._form.fields.setdefault(name, []).append(told.get("value", ""))

    def _caught(self, tag: str, words: str) -> None:
        plain = " ".join(words.split())
        match tag:
            case "title":
                self.titles.append(plain)
            case "h1":
                self.headings.append(plain)
            case "a":
                self.links.append((plain, self._href))
            case "textarea" if self._form is not None and self._area is not None:
                self._form.fields[self._area] = [words.removeprefix("\n")]
            case "button" if self._form is not None and self._button is not None:
                self._form.buttons.append((plain, *self._button))
                if self._detour:
                    self._form.detours[plain] = self._detour


@dataclass
class Page:
    """A page that was opened and found in order."""

    url: str
    status: int
    html: str = field(repr=False)
    heading: str
    text: str = field(repr=False)
    forms: list[Form] = field(repr=False)
    links: list[tuple[str, str]] = field(repr=False)
    language: str
    headers: Any = field(repr=False)

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def form(self, words: str) -> Form:
        """The form with a button that says ``words``, or that leads to an address ending with them."""
        found = [form for form in self.forms if form.button(words) is not None]
        found = found or [form for form in self.forms if urlsplit(form.action).path.endswith(words)]
        assert found, f"no form for {words!r} on {self.url}; there are {[f.buttons for f in self.forms]}"
        return found[0]

    def offers(self, words: str) -> bool:
        """Whether there is a button or a link that says ``words``."""
        return any(form.button(words) for form in self.forms) or any(words in text for text, _ in self.links)

    def link(self, words: str) -> str:
        found = [href for text, href in self.links if words == text] or [h for t, h in self.links if words in t]
        assert found, f"no link {words!r} on {self.url}"
        return found[0]


class Client:
    """One browser. Each page that it opens is checked, and each form is sent as it stood on the page."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()
        self.page: Page | None = None
        self.response: TestResponse | None = None
        self.secret = APP_SECRET

    def get(self, url: str, *, status: int = 200, follow: bool = True, **options: Any) -> Page:
        """Open an address, go where it leads, and look at the page there."""
        return self._arrive(self.http.get(url, base_url=BASE, **options), status, follow)

    def post(self, url: str, fields: dict[str, Any] | None = None, *, status: int = 200, form: str = "") -> Page:
        """Open the page at ``url`` and send a form that stands there: the one for ``form``, else the main one."""
        page = self.get(url)
        chosen = page.form(form) if form else self._main(page)
        return self._send(page, chosen, None, fields or {}, status)

    def submit(self, words: str, fields: dict[str, Any] | None = None, *, status: int = 200, form: str = "") -> Page:
        """Press the button that says ``words`` on the present page, after filling in ``fields``.

        form   the end of the address that the form leads to, where several buttons say the same
        """
        page = self._present()
        chosen = page.form(words)
        if form:
            chosen = next(f for f in page.forms if f.button(words) and urlsplit(f.action).path.endswith(form))
        return self._send(page, chosen, words, fields or {}, status)

    def click(self, words: str, *, status: int = 200) -> Page:
        """Follow the link that says ``words`` on the present page."""
        page = self._present()
        return self.get(urljoin(page.url, page.link(words)), status=status)

    def sign_in(self, email: str, password: str, *, status: int = 200, code: str | None = None) -> Page:
        """With what the person's app shows, unless another ``code`` is given."""
        self.get("/sign-in")
        told = {"email": email, "password": password, "code": self.code() if code is None else code}
        page = self._present()
        return self._send(page, page.form("/sign-in"), None, told, status)

    def code(self) -> str:
        """What the person's app shows next, by the clock of the application."""
        house: House = self.http.application.extensions["dialogue.clock"].__self__
        return house.code(self.secret)

    def scan(self) -> str:
        """Let the person's app take up the key on the present page, and give the code that it shows."""
        shown = re.search(r'class="app-code">([A-Z2-7 ]+)<', self._present().html)
        assert shown, f"no key for an app on {self._present().url}"
        self.secret = shown[1].replace(" ", "")
        return self.code()

    def sign_out(self) -> Page:
        page = self.get("/")
        return self._send(page, page.form("/sign-out"), None, {}, 200)

    def raw(self, method: str, url: str, **options: Any) -> TestResponse:
        """Send something that no page offers."""
        return self.http.open(url, method=method, base_url=BASE, buffered=True, **options)

    def token(self) -> str:
        """The CSRF token of the present page."""
        return next(form.fields["csrf_token"][0] for form in self._present().forms if "csrf_token" in form.fields)

    def cookie(self, name: str) -> str | None:
        found = self.http.get_cookie(name, domain="localhost")
        return found.value if found else None

    def set_cookie(self, name: str, value: str) -> None:
        self.http.set_cookie(name, value, domain="localhost", secure=True)

    def _present(self) -> Page:
        assert self.page is not None, "no page is open yet"
        return self.page

    def _main(self, page: Page) -> Form:
        aside = ("/language", "/sign-out")
        found = [f for f in page.forms if not urlsplit(f.action).path.endswith(aside)]
        assert len(found) == 1, f"{len(found)} forms on {page.url}: say which one"
        return found[0]

    def _send(self, page: Page, form: Form, words: str | None, fields: dict[str, Any], status: int) -> Page:
        filled: dict[str, list[str]] = {name: list(values) for name, values in form.fields.items()}
        for name, value in fields.items():
            assert name in form.names, f"the form has no field {name!r}, only {sorted(form.names)}"
            values = [str(v) for v in value] if isinstance(value, (list, tuple, set)) else [str(value)]
            if name in form.choices:
                unknown = set(values) - set(form.choices[name])
                assert not unknown, f"{name!r} has no choice {unknown}, only {form.choices[name]}"
            filled[name] = values
        button = form.button(words) if words else next(iter(form.buttons), None)
        if button is not None and button[1]:
            filled[button[1]] = [button[2]]
        detour = form.detours.get(button[0]) if button is not None else None
        target = urljoin(page.url, detour or form.action or page.url)
        response = self.http.post(target, base_url=BASE, data=filled, headers={"Referer": BASE + page.url})
        return self._arrive(response, status, follow=True)

    def _arrive(self, response: TestResponse, status: int, follow: bool) -> Page:
        for _hop in range(5):
            check_headers(response)
            if not follow or response.status_code not in REDIRECTS:
                break
            assert response.status_code != 302, "a redirect after a form is a 303"
            target = urlsplit(urljoin(BASE + response.request.full_path, response.headers["Location"]))
            assert target.netloc == "localhost", f"led away to {target.netloc}"
            response = self.http.get(target.path + ("?" + target.query if target.query else ""), base_url=BASE)
        self.response = response
        assert response.status_code == status, f"{response.status_code} at {response.request.path}: {_gist(response)}"
        self.page = look_at(response)
        return self.page


def look_at(response: TestResponse) -> Page:
    """Read a page and refuse it unless it is in order."""
    html = response.get_data(as_text=True)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    where = response.request.full_path.rstrip("?")
    assert not reader.faults, f"{where}: {reader.faults}"
    assert len(reader.headings) == 1, f"{where}: {len(reader.headings)} h1"
    heading = reader.headings[0]
    assert heading, f"{where}: the h1 is empty"
    assert len(reader.titles) == 1, f"{where}: {len(reader.titles)} titles"
    assert reader.titles[0].startswith(heading), f"{where}: the title does not begin with the h1"
    assert reader.lang in {"en", "fr", "es"}, f"{where}: lang is {reader.lang!r}"
    twice = {name for name in reader.ids if reader.ids.count(name) > 1}
    assert not twice, f"{where}: ids that stand twice: {twice}"
    for form in reader.forms:
        assert form.method == "post" or "csrf_token" not in form.fields
        assert form.method != "post" or form.fields.get("csrf_token", [""])[0], f"{where}: a form without its token"
    text = " ".join("".join(reader.words).split())
    assert not re.search(r"%\(\w+\)s|\{\{|\{%", text), f"{where}: a placeholder was left"
    return Page(
        where,
        response.status_code,
        html,
        heading,
        text,
        reader.forms,
        reader.links,
        reader.lang,
        response.headers,
    )


def check_headers(response: TestResponse) -> None:
    """Every answer carries the headers that keep browsers careful."""
    for name, value in HEADERS.items():
        stricter = STRICTER.get(name)
        if stricter is not None and response.headers.get(name) == stricter:
            continue
        assert response.headers.get(name) == value, f"{response.request.path}: {name} is {response.headers.get(name)}"
    assert "camera=()" in response.headers["Permissions-Policy"]
    if not response.request.path.startswith("/static/"):
        assert response.headers["Cache-Control"] == "no-store", response.request.path


def _gist(response: TestResponse) -> str:
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True).partition("<main")[2])
    return " ".join(text.split())[:400]
