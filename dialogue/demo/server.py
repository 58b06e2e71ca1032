"""How the server runs for a demonstration: two workers, nothing said but errors."""

from typing import Any

workers = 2
threads = 16
loglevel = "warning"
control_socket_disable = True
preload_app = True


def post_fork(server: Any, _worker: Any) -> None:
    """Give each worker connections of its own."""
    server.app.wsgi().extensions["dialogue"].store.dispose()
