"""One line a request, in JSON: which endpoint, which status, how long. Never a path, a name or a word of content."""

from __future__ import annotations

import logging
import sys
import traceback
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

_log = structlog.get_logger()


def install(app: Flask) -> None:
    """Write a line for each request of ``app``."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if app.testing else logging.INFO),
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.before_request(_begin)
    app.after_request(_end)


def failure(exc_info: Any) -> None:
    """Write that something broke: the kind and the places in the code, without the message, which may quote."""
    kind, _error, trace = exc_info
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    files = traceback.extract_tb(trace)
    last = files[-1].filename.rsplit("/", 2)[-2:] if files else []
    _log.error("request.failed", kind=getattr(kind, "__name__", "?"), file="/".join(last), places=places[-12:])


def _begin() -> None:
    g.began = perf_counter()
    g.request_id = uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        elapsed = round((perf_counter() - g.began) * 1000, 1) if "began" in g else None
        _log.info("request", endpoint=request.endpoint, method=request.method, status=response.status_code, ms=elapsed)
    return response
