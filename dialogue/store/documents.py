"""Documents, their versions, the files behind them, and what has arrived only in part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Party, Room
from dialogue.domain.releases import ReleaseState
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class StoredFile(Row, InRoom):
    """One sealed file in the folder, under its id; its key stands sealed in the versions that rest on it.

    party          whose share of the room it takes; None for what neutrals bring
    stored_bytes   as it lies on the disk, padded
    """

    __tablename__ = "files"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    stored_bytes: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[When]


class Document(Row, InRoom):
    """A document in one room; its title, names and keys stand in its versions.

    newest   number of the version that is shown
    """

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_page", "case_id", "brought_at", "id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    room: Mapped[Room] = mapped_column(enum_column(Room))
    author_id: Mapped[AccountId]
    brought_at: Mapped[When]
    newest: Mapped[int]


class DocumentVersion(Row, InRoom):
    """What a document was from one moment on.

    upload_id   the form by which it came: sent twice, it makes one version
    """

    __tablename__ = "document_versions"
    __table_args__ = (UniqueConstraint("document_id", "number"), UniqueConstraint("author_id", "upload_id"))

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[AccountId]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), index=True)
    upload_id: Mapped[UUID | None]
    sealed_body: Mapped[Sealed]
    brought_at: Mapped[When]


class UploadPart(Row, InRoom):
    """A piece of a file on its way, with a key that only its sender can open; its id is the stored file's."""

    is_recorded = False
    __tablename__ = "upload_parts"
    __table_args__ = (UniqueConstraint("account_id", "upload_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    account_id: Mapped[AccountId]
    upload_id: Mapped[UUID]
    number: Mapped[int]
    stored_bytes: Mapped[int] = mapped_column(BigInteger)
    sealed_body: Mapped[Sealed]
    arrived_at: Mapped[When]


class DocumentRelease(Row, InRoom):
    """One document's way into the joint room, as the room from which it comes knows it.

    The version in the joint room has the same id; it knows nothing of this row.
    """

    __tablename__ = "document_releases"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    room: Mapped[Room] = mapped_column(enum_column(Room))
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[ReleaseState] = mapped_column(enum_column(ReleaseState))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[When]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


class ItemDocument(Row, InRoom):
    """A document of the joint room that is to be read before an item is talked about; which one is sealed."""

    __tablename__ = "item_documents"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    tied_by: Mapped[AccountId]
    tied_at: Mapped[When]
    sealed_body: Mapped[Sealed]


def documents_in(
    session: Session,
    case_id: UUID,
    rooms: Collection[Room],
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[tuple[Document, DocumentVersion]]:
    """One page of those rooms with the newest version of each document, newest document first.

    before   (brought_at, id) of the last document of the page before
    """
    query = (
        select(Document, DocumentVersion)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.newest),
        )
        .where(Document.case_id == case_id, Document.room.in_(list(rooms)))
        .order_by(Document.brought_at.desc(), Document.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, document_id = before
        query = query.where(or_(Document.brought_at < at, and_(Document.brought_at == at, Document.id < document_id)))
    return [(document, version) for document, version in session.execute(query)]


def documents_among(
    session: Session, case_id: UUID, room: Room, document_ids: Collection[UUID]
) -> Sequence[tuple[Document, DocumentVersion]]:
    """Those of the documents that lie in a room, with their newest versions."""
    query = (
        select(Document, DocumentVersion)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.newest),
        )
        .where(Document.case_id == case_id, Document.room == room, Document.id.in_(list(document_ids)))
    )
    return [(document, version) for document, version in session.execute(query)] if document_ids else []


def find_document(session: Session, case_id: UUID, document_id: UUID, *, rooms: Collection[Room]) -> Document | None:
    """The document, where it lies in one of those rooms."""
    return session.scalar(
        select(Document).where(Document.case_id == case_id, Document.id == document_id, Document.room.in_(list(rooms)))
    )


def versions_of(session: Session, document_id: UUID) -> Sequence[DocumentVersion]:
    """Every version of a document, newest first."""
    return session.scalars(
        select(DocumentVersion)
        .where(DocumentVersion.document_id == document_id)
        .order_by(DocumentVersion.number.desc())
    ).all()


def find_version(session: Session, document_id: UUID, number: int) -> DocumentVersion | None:
    return session.scalar(
        select(DocumentVersion).where(DocumentVersion.document_id == document_id, DocumentVersion.number == number)
    )


def version_by_upload(session: Session, author_id: UUID, upload_id: UUID) -> DocumentVersion | None:
    """What that form of that person has made already."""
    return session.scalar(
        select(DocumentVersion).where(DocumentVersion.author_id == author_id, DocumentVersion.upload_id == upload_id)
    )


def all_versions(
    session: Session, case_id: UUID, rooms: Collection[Room]
) -> Sequence[tuple[Document, DocumentVersion]]:
    """Every version of every document in those rooms, oldest document first."""
    query = (
        select(Document, DocumentVersion)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Document.case_id == case_id, Document.room.in_(list(rooms)))
        .order_by(Document.brought_at, Document.id, DocumentVersion.number)
    )
    return [(document, version) for document, version in session.execute(query)]


def stored_share(session: Session, case_id: UUID, party: Party | None) -> tuple[int, int]:
    """How many files one side has stored in a case, and how many bytes they take."""
    counted, taken = session.execute(
        select(func.count(), func.coalesce(func.sum(StoredFile.stored_bytes), 0)).where(
            StoredFile.case_id == case_id, StoredFile.party.is_(None) if party is None else StoredFile.party == party
        )
    ).one()
    return int(counted), int(taken)


def stored_in_all(session: Session) -> tuple[int, int]:
    """The same for the whole instance."""
    query = select(func.count(), func.coalesce(func.sum(StoredFile.stored_bytes), 0)).select_from(StoredFile)
    counted, taken = session.execute(query).one()
    return int(counted), int(taken)


def files_of(session: Session, case_id: UUID) -> Sequence[StoredFile]:
    """Every stored file of a case."""
    return session.scalars(
        select(StoredFile).where(StoredFile.case_id == case_id).order_by(StoredFile.stored_at, StoredFile.id)
    ).all()


def parts_of(session: Session, account_id: UUID, upload_id: UUID) -> Sequence[UploadPart]:
    """What has arrived of a file, in the order of its pieces."""
    return session.scalars(
        select(UploadPart)
        .where(UploadPart.account_id == account_id, UploadPart.upload_id == upload_id)
        .order_by(UploadPart.number)
    ).all()


def waiting_bytes(session: Session, account_id: UUID) -> int:
    """How many bytes of one person have arrived of files that are not whole."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(UploadPart.stored_bytes), 0)).where(UploadPart.account_id == account_id)
        )
        or 0
    )


def parts_before(session: Session, moment: datetime) -> Sequence[UploadPart]:
    """Pieces of files on which nobody goes on."""
    return session.scalars(select(UploadPart).where(UploadPart.arrived_at < moment).order_by(UploadPart.id)).all()


def known_files(session: Session) -> set[tuple[UUID, UUID]]:
    """Case and id of every file that a row knows of."""
    found = {(case_id, file_id) for case_id, file_id in session.execute(select(StoredFile.case_id, StoredFile.id))}
    return found | {(case, part) for case, part in session.execute(select(UploadPart.case_id, UploadPart.id))}


def document_releases_of(
    session: Session, case_id: UUID, room: Room, document_ids: Collection[UUID]
) -> Sequence[DocumentRelease]:
    """What became of those documents of a room, newest first, in one query."""
    if not document_ids:
        return []
    return session.scalars(
        select(DocumentRelease)
        .where(
            DocumentRelease.case_id == case_id,
            DocumentRelease.room == room,
            DocumentRelease.document_id.in_(list(document_ids)),
        )
        .order_by(DocumentRelease.made_at.desc(), DocumentRelease.id)
    ).all()


def document_asked_for(session: Session, document_id: UUID) -> DocumentRelease | None:
    """The asking that waits for an answer."""
    return session.scalar(
        select(DocumentRelease)
        .where(DocumentRelease.document_id == document_id, DocumentRelease.state == ReleaseState.ASKED)
        .order_by(DocumentRelease.made_at.desc())
        .limit(1)
    )


def released_versions(session: Session, document_id: UUID) -> Sequence[DocumentRelease]:
    """Every release of a document that was given, oldest first."""
    return session.scalars(
        select(DocumentRelease)
        .where(DocumentRelease.document_id == document_id, DocumentRelease.state == ReleaseState.RELEASED)
        .order_by(DocumentRelease.settled_at, DocumentRelease.id)
    ).all()


def find_version_by_id(session: Session, version_id: UUID) -> DocumentVersion | None:
    return session.get(DocumentVersion, version_id)


def ties_of(session: Session, case_id: UUID, item_id: UUID | None = None) -> Sequence[ItemDocument]:
    """Which documents are to be read before items of a case, or before one of them, in the order they were tied."""
    query = select(ItemDocument).where(ItemDocument.case_id == case_id)
    if item_id is not None:
        query = query.where(ItemDocument.item_id == item_id)
    return session.scalars(query.order_by(ItemDocument.tied_at, ItemDocument.id)).all()


def find_tie(session: Session, case_id: UUID, tie_id: UUID) -> ItemDocument | None:
    return session.scalar(select(ItemDocument).where(ItemDocument.case_id == case_id, ItemDocument.id == tie_id))
