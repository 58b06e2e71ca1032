"""The life of a case, from the first draft to the day its keys are destroyed."""

from __future__ import annotations

from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle


class CaseStatus(StrEnum):
    DRAFT = "draft"
    INVITED = "invited"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REQUESTED = "requested"
    NOT_TAKEN_UP = "not_taken_up"
    PREPARING = "preparing"
    IN_DIALOGUE = "in_dialogue"
    SUSPENDED = "suspended"
    CONCLUDING = "concluding"
    COMPLETED = "completed"
    CLOSED = "closed"
    ENDED = "ended"
    DESTROYED = "destroyed"


class Support(StrEnum):
    """What both parties ask of the ILO (R3); a set, never empty."""

    NEUTRAL_GROUND = "neutral_ground"
    TECHNICAL_INPUT = "technical_input"
    FACILITATION = "facilitation"


class Completion(StrEnum):
    """How much the parties agreed; a description, never a verdict."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Step(StrEnum):
    """The steps of the line that stands on every page of a case."""

    REQUEST = "request"
    PREPARATION = "preparation"
    DIALOGUE = "dialogue"
    CONCLUSION = "conclusion"
    FOLLOW_UP = "follow_up"


ACTIVE = frozenset(
    {CaseStatus.PREPARING, CaseStatus.IN_DIALOGUE, CaseStatus.SUSPENDED, CaseStatus.CONCLUDING},
)
# Before this the ILO does not know that the case exists (R1).
BEFORE_THE_ILO = frozenset(
    {CaseStatus.DRAFT, CaseStatus.INVITED, CaseStatus.DECLINED, CaseStatus.WITHDRAWN},
)
GONE = frozenset({CaseStatus.DECLINED, CaseStatus.WITHDRAWN, CaseStatus.DESTROYED})
OVER = GONE | {CaseStatus.NOT_TAKEN_UP, CaseStatus.CLOSED, CaseStatus.ENDED}

CASE: Lifecycle[CaseStatus] = Lifecycle(
    {
        (CaseStatus.DRAFT, Act.CASE_INVITE): CaseStatus.INVITED,
        (CaseStatus.DRAFT, Act.CASE_WITHDRAW): CaseStatus.WITHDRAWN,
        (CaseStatus.INVITED, Act.CASE_REQUEST): CaseStatus.REQUESTED,
        (CaseStatus.INVITED, Act.CASE_DECLINE): CaseStatus.DECLINED,
        (CaseStatus.INVITED, Act.CASE_WITHDRAW): CaseStatus.WITHDRAWN,
        (CaseStatus.REQUESTED, Act.CASE_TAKE_UP): CaseStatus.PREPARING,
        (CaseStatus.REQUESTED, Act.CASE_RETURN): CaseStatus.INVITED,
        (CaseStatus.REQUESTED, Act.CASE_NOT_TAKE_UP): CaseStatus.NOT_TAKEN_UP,
        (CaseStatus.REQUESTED, Act.CASE_LEAVE): CaseStatus.WITHDRAWN,
        (CaseStatus.PREPARING, Act.CASE_BEGIN): CaseStatus.IN_DIALOGUE,
        (CaseStatus.IN_DIALOGUE, Act.CASE_SUSPEND): CaseStatus.SUSPENDED,
        (CaseStatus.SUSPENDED, Act.CASE_RESUME): CaseStatus.IN_DIALOGUE,
        (CaseStatus.IN_DIALOGUE, Act.CASE_CONCLUDE): CaseStatus.CONCLUDING,
        (CaseStatus.CONCLUDING, Act.CASE_GO_BACK): CaseStatus.IN_DIALOGUE,
        (CaseStatus.CONCLUDING, Act.CASE_COMPLETE): CaseStatus.COMPLETED,
        (CaseStatus.COMPLETED, Act.CASE_CLOSE): CaseStatus.CLOSED,
        (CaseStatus.CLOSED, Act.CASE_DESTROY): CaseStatus.DESTROYED,
        (CaseStatus.ENDED, Act.CASE_DESTROY): CaseStatus.DESTROYED,
        (CaseStatus.NOT_TAKEN_UP, Act.CASE_DESTROY): CaseStatus.DESTROYED,
    }
    # Voluntary to the end (R9): either party may leave while the case is active.
    | {(status, Act.CASE_LEAVE): CaseStatus.ENDED for status in CaseStatus if status in ACTIVE}
)

STEP_OF: dict[CaseStatus, Step] = {
    CaseStatus.DRAFT: Step.REQUEST,
    CaseStatus.INVITED: Step.REQUEST,
    CaseStatus.DECLINED: Step.REQUEST,
    CaseStatus.WITHDRAWN: Step.REQUEST,
    CaseStatus.REQUESTED: Step.REQUEST,
    CaseStatus.NOT_TAKEN_UP: Step.REQUEST,
    CaseStatus.PREPARING: Step.PREPARATION,
    CaseStatus.IN_DIALOGUE: Step.DIALOGUE,
    CaseStatus.SUSPENDED: Step.DIALOGUE,
    CaseStatus.ENDED: Step.DIALOGUE,
    CaseStatus.CONCLUDING: Step.CONCLUSION,
    CaseStatus.COMPLETED: Step.FOLLOW_UP,
    CaseStatus.CLOSED: Step.FOLLOW_UP,
    CaseStatus.DESTROYED: Step.FOLLOW_UP,
}
