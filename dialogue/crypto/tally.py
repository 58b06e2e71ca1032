"""How often something costly was done, for tests that count."""

from threading import Lock


class Tally:
    """A number that threads may raise together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = 0

    def add(self) -> None:
        with self._lock:
            self._number += 1

    def __int__(self) -> int:
        return self._number
