"""Joint acts that wait for, or have, the yes of both leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.jointacts import JointActState
from dialogue.domain.people import Party, Room
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class JointAct(Row, InRoom):
    """One proposed joint act; ``object_id`` names what it is about, where it is about a thing.

    support_asked   the set that shall be asked of the ILO, where the act is about that
    months          by how much the date of destruction shall move, where the act is about that
    """

    __tablename__ = "joint_acts"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    act: Mapped[Act] = mapped_column(enum_column(Act))
    state: Mapped[JointActState] = mapped_column(enum_column(JointActState))
    object_id: Mapped[UUID | None]
    room: Mapped[Room | None] = mapped_column(enum_column(Room))
    support_asked: Mapped[str] = mapped_column(String(80), default="")
    months: Mapped[int | None]
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def support(self) -> frozenset[Support]:
        return frozenset(Support(word) for word in self.support_asked.split(",") if word)


class JointVoice(Row, InRoom):
    """One party's signed yes to a joint act."""

    __tablename__ = "joint_voices"
    __table_args__ = (UniqueConstraint("joint_act_id", "party"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    joint_act_id: Mapped[UUID] = mapped_column(ForeignKey("joint_acts.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    account_id: Mapped[AccountId]
    sealed_statement: Mapped[Sealed]
    made_at: Mapped[When]


def open_joint_acts(session: Session, case_id: UUID) -> Sequence[JointAct]:
    """Those that wait, oldest first."""
    return session.scalars(
        select(JointAct)
        .where(JointAct.case_id == case_id, JointAct.state == JointActState.OPEN)
        .order_by(JointAct.proposed_at, JointAct.id)
    ).all()


def settled_joint_acts(session: Session, case_id: UUID, *, limit: int) -> Sequence[JointAct]:
    """Those that are done or withdrawn, the last settled first."""
    return session.scalars(
        select(JointAct)
        .where(JointAct.case_id == case_id, JointAct.state != JointActState.OPEN)
        .order_by(JointAct.settled_at.desc(), JointAct.id)
        .limit(limit)
    ).all()


def find_joint_act(session: Session, case_id: UUID, joint_act_id: UUID) -> JointAct | None:
    return session.scalar(select(JointAct).where(JointAct.case_id == case_id, JointAct.id == joint_act_id))


def voices_of(session: Session, joint_act_ids: Sequence[UUID]) -> Sequence[JointVoice]:
    if not joint_act_ids:
        return []
    return session.scalars(select(JointVoice).where(JointVoice.joint_act_id.in_(joint_act_ids))).all()
