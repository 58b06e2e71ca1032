"""The composition root: settings, database, keys, pages and commands become one application here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.cli import ScriptInfo
from werkzeug.middleware.proxy_fix import ProxyFix

import config as settings
from dialogue import cli
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.documents import MEGABYTE, Share
from dialogue.errors import Misconfigured
from dialogue.services.instance import Instance
from dialogue.store.engine import open_store
from dialogue.store.files import Files
from dialogue.store.limits import open_counts
from dialogue.web import (
    components,
    errors,
    heads,
    i18n,
    labels,
    limits,
    logs,
    rights,
    secondfactor,
    security,
    sessions,
    uploads,
)
from dialogue.web.routes import BLUEPRINTS, PRACTICE


class Application(Flask):
    """Flask that never writes a path or a message into its log, for both may tell who talks about what."""

    request_class = uploads.SealingRequest

    def log_exception(self, exc_info: Any) -> None:
        logs.failure(exc_info)


def create_app(
    config: settings.Config | None = None,
    *,
    instance: Instance | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """Build an application.

    config     as told; by itself what the environment says
    instance   by itself opened as the settings say
    clock      gives the moment of now, in UTC
    raises     Misconfigured where the settings do not allow a safe start
    """
    config = config or settings.from_environment()
    app = Application("dialogue.web", root_path=None)
    app.config.update(config.flask())
    app.config["DIALOGUE"] = config
    app.extensions["dialogue"] = instance or open_instance(config)
    app.extensions["dialogue.clock"] = clock or _now
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for part in (logs, sessions, security, i18n, errors, components, labels, heads, secondfactor, rights):
        part.install(app)
    for blueprint in (*BLUEPRINTS, *(PRACTICE if config.shows_mailbox else ())):
        app.register_blueprint(blueprint)
    _count_tries(app)
    return app


def _count_tries(app: Flask) -> None:
    opened: Instance = app.extensions["dialogue"]
    limits.install(
        app,
        engine=open_counts(opened.store),
        conceal=opened.secrets.throttle_name,
        clock=app.extensions["dialogue.clock"],
    )


def open_instance(config: settings.Config) -> Instance:
    """The database and the keys of one instance."""
    return Instance(
        store=open_store(config.database_url),
        secrets=ServerSecrets.parse(config.master_key),
        base_url=config.base_url,
        desk=config.desk,
        kdf=config.kdf,
        mail_sender=config.mail_sender,
        secretariats=config.secretariats,
        files=Files(config.files_folder),
        share=Share(config.files_each_side * MEGABYTE, config.most_files_each_side),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """The command ``dialogue``; what is missing in the settings is said in one sentence."""
    try:
        cli.group.main(obj=ScriptInfo(create_app=create_app, set_debug_flag=False))
    except Misconfigured as missing:
        sys.exit(f"dialogue: {missing}")
