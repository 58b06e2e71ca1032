"""Alarms as people read them: what has happened, what not to do, and whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from dialogue.errors import KeyAlarm


@dataclass(frozen=True, slots=True)
class Alarm:
    """One kind of alarm, in words."""

    title: Any
    sentence: Any
    means: tuple[Any, ...]


MISSING = Alarm(
    _l("Stopped: something that you have seen before is missing"),
    _l("What is stored here is less, or other, than what you saw at your last visit. Nothing of it is shown for now."),
    (
        _l("Each time you are here, your own key notes how far the record, the seats and the keys have come."),
        _l("This time the database holds something older, or entries that you have seen are no longer the same."),
        _l("An old backup may have been put back by mistake. Somebody may have changed the database on purpose."),
        _l("From here nobody can tell which of the two it was. What you wrote stays sealed either way."),
    ),
)
OTHER_KEYS = Alarm(
    _l("Stopped: somebody's key or seat is not the one that was signed"),
    _l("Who may read here is signed by people. What is stored does not fit their signatures. Nothing goes on for now."),
    (
        _l("A seat, a key or a signature was added or changed behind this application."),
        _l("If it went on, somebody who was never accepted might be given a key to what you write."),
        _l("So nothing is opened and nothing is written until people have looked."),
    ),
)
MISSING_REASONS = frozenset(
    {
        "record_rolled_back",
        "statements_rolled_back",
        "epochs_rolled_back",
        "desk_rolled_back",
        "pin_gone",
        "visits_gone",
    }
)
NOT_TO_DO = (
    _l("Do not write anything confidential in this dialogue, and sign and accept nothing in it."),
    _l("Do not ask for a new account, and do not delete or restore anything: it would cover the traces."),
    _l("Do not answer a mail or a call that explains this away. Call back yourself."),
)
TO_CALL = (
    _l("The lead of your side, and through the leads the other party: ask whether they see the same."),
    _l("The ILO's desk, by a number that you had before today and not by one from a mail."),
    _l("If you have printed the record or noted its marks, keep the paper: it shows what was there."),
)


def alarm_of(alarm: KeyAlarm) -> Alarm:
    """The words for an alarm."""
    return MISSING if word_of(alarm) in MISSING_REASONS else OTHER_KEYS


def word_of(alarm: KeyAlarm) -> str:
    """The one word that those who look into it need; it tells nothing of the dialogue."""
    return next((word for word in alarm.args if isinstance(word, str)), "keys")
