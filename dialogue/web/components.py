"""The building blocks of every page: component macros, kinds of field, links of errors, strict templates."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.form import BaseForm

from dialogue.web.board import layout

COMPONENTS = (
    "accordion",
    "back-link",
    "breadcrumbs",
    "button",
    "checkboxes",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "file-upload",
    "hint",
    "input",
    "inset-text",
    "label",
    "notification-banner",
    "pagination",
    "panel",
    "password-input",
    "radios",
    "select",
    "skip-link",
    "summary-list",
    "table",
    "tabs",
    "tag",
    "task-list",
    "textarea",
    "warning-text",
)

# The first that fits wins: a SelectMultipleField is a SelectField, a RadioField too.
KINDS: tuple[tuple[type[Field], str], ...] = (
    (FormField, "group"),
    (FieldList, "group"),
    (HiddenField, "hidden"),
    (RadioField, "radios"),
    (SelectMultipleField, "checkboxes"),
    (SelectField, "select"),
    (BooleanField, "checkbox"),
    (TextAreaField, "textarea"),
    (PasswordField, "password"),
    (FileField, "file"),
)


def install(app: Flask) -> None:
    """Give the templates of ``app`` the component macros and the helpers below, and make them strict."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        component_macros(),
        asset=Assets(Path(app.static_folder or "")).address,
        board_layout=layout,
        field_kind=field_kind,
        form_errors=form_errors,
    )


@lru_cache(maxsize=1)
def component_macros() -> Mapping[str, Any]:
    """The govuk-frontend-jinja macros by name; they read absent parameters, so their environment is lenient."""
    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}), autoescape=True
    )
    return {name: _macro(environment, component, name) for component, name in map(_named, COMPONENTS)}


def _named(component: str) -> tuple[str, str]:
    return component, "govuk" + component.title().replace("-", "")


def _macro(environment: Environment, component: str, name: str) -> Any:
    return getattr(environment.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module, name)


class Assets:
    """Addresses of static files that change with their content, so that browsers may keep them for long."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks: dict[str, str] = {}

    def address(self, filename: str) -> str:
        if filename not in self._marks:
            self._marks[filename] = hashlib.sha256((self._folder / filename).read_bytes()).hexdigest()[:12]
        return url_for("static", filename=filename, v=self._marks[filename])


def field_kind(field: Field) -> str:
    """Which markup a form's field takes; whatever is not in the table is a single line of text."""
    return next((kind for fitting, kind in KINDS if isinstance(field, fitting)), "text")


def form_errors(form: BaseForm) -> list[dict[str, str]]:
    """What is wrong in the form, in its own order, as the links of an error summary."""
    whole = [{"text": str(error)} for error in getattr(form, "form_errors", ())]
    return whole + [error for field in form for error in _errors_of(field)]


def _errors_of(field: Field) -> Iterator[dict[str, str]]:
    nested: Sequence[Field] = ()
    if isinstance(field, FormField):
        nested = tuple(field.form)
    elif isinstance(field, FieldList):
        nested = tuple(field)
    for part in nested:
        yield from _errors_of(part)
    for error in field.errors:
        if isinstance(error, str) or hasattr(error, "__html__"):
            where = {} if isinstance(field, HiddenField) else {"href": f"#{field.id}"}
            yield {"text": str(error), **where}
