"""What is refused, one class for each kind of refusal; the web turns each into a status and a sentence."""


class Refusal(Exception):
    """Base of everything that is refused on purpose. Arguments are ids and enums, never content."""


class NotFound(Refusal):
    """There is no such thing for this person, whether or not it exists for somebody else."""


class Forbidden(Refusal):
    """A seated person asked for an act that this seat, now, does not have."""


class IllegalTransition(Refusal):
    """The act is not possible in the state that the thing is in."""


class OutOfDate(Refusal):
    """What the person answered or edited has changed in the meantime."""


class NotAgreed(Refusal):
    """What needs the agreement of both parties does not have it."""


class NotBound(Refusal):
    """The person, or somebody who has to, has not accepted the terms of confidentiality in force."""


class Unfit(Refusal):
    """A value breaks a rule of the procedure; ``reason`` is a stable word for the sentence shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SoleHolder(Refusal):
    """One person alone holds a party's keys, and has not yet shown that the recovery code is at hand."""


class NotSignedIn(Refusal):
    """The act needs somebody who is signed in with an unlocked bundle."""


class WrongCredentials(Refusal):
    """The sign-in did not open; the same for an unknown, a disabled and a mistaken account."""


class NotFresh(Refusal):
    """The act asks to show password and second factor again, for it was done too long ago."""


class LinkExpired(Refusal):
    """A single-use link is unknown, used or too old."""


class Busy(Refusal):
    """Too much at once; the same request may succeed in a moment."""


class SealBroken(Refusal):
    """Something sealed or signed was altered, moved, or belongs to another place: one kind of error for all."""


class Locked(Refusal):
    """The key that this needs is not held by this person, or not yet."""


class KeyAlarm(Refusal):
    """Keys, seats or epochs contradict what was signed or seen before: nothing goes on until people have looked."""


class Misconfigured(Exception):
    """The settings do not allow a safe start; the message says which one and what to do."""
