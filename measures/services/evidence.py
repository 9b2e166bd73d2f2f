"""Evidence files: taken in by content, kept outside the web root, given out as attachments."""

import hashlib
import secrets
from pathlib import PurePosixPath
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import EvidenceTooLarge, EvidenceTypeRefused
from measures.events import EvidenceAttached
from measures.models import Evidence
from measures.models.evidence import EvidenceKind
from measures.queries import measures
from measures.rules import filetypes
from measures.services import lock

MEBIBYTE = 1024 * 1024
LARGEST = 10 * MEBIBYTE
LONGEST_TITLE, LONGEST_FILE_NAME = 200, 255


@tenancy.act
def attach(
    *,
    actor: Actor,
    measure_id: int,
    kind: EvidenceKind | str,
    title: str,
    content: "File[bytes]",
    file_name: str = "",
) -> Evidence:
    """Attach a file of at most 10 MiB to a measure; an empty title becomes the file's name.

    Raises NotFound, NotAllowed, MeasureEnded, EvidenceTooLarge, EvidenceTypeRefused, Invalid.
    """
    measure = lock.measure(actor, measure_id, Permission.ATTACH_EVIDENCE)
    name = clean_name(file_name or content.name or "")
    if kind not in EvidenceKind.values:
        raise Invalid(field="kind", problem="choose what the file proves.")
    data = _read(content, name)
    media_type = filetypes.type_of(data, name)
    if isinstance(media_type, filetypes.Refusal):
        raise EvidenceTypeRefused(file=name, problem=media_type.problem)
    stored_as = default_storage.save(_address(actor), ContentFile(data))
    try:
        evidence: Evidence = Evidence.objects.create(
            measure=measure,
            kind=kind,
            title=(title.strip() or name)[:LONGEST_TITLE],
            file_name=name,
            content_type=media_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            stored_as=stored_as,
            uploaded_by_id=actor.member_id,
        )
        audit.record(
            EvidenceAttached(
                subject_id=measure.pk,
                evidence_id=evidence.pk,
                public_id=evidence.public_id,
                sha256=evidence.sha256,
            )
        )
    except BaseException:
        default_storage.delete(stored_as)
        raise
    return evidence


def opened(*, actor: Actor, public_id: UUID | str) -> "tuple[Evidence, File[bytes]]":
    """Return a file with its row, for a download as attachment, to who may see its measure.

    Raises NotFound, also where the measure is not visible. The caller closes the file.
    """
    with tenancy.reading(actor):
        evidence = (
            Evidence.objects.select_related("measure__node").filter(public_id=public_id).first()
        )
        if evidence is None:
            raise NotFound(what="file")
        people = measures.named(evidence.measure)
        if not authority.may(actor, Permission.VIEW, evidence.measure.node, people):
            raise NotFound(what="file")
        return evidence, default_storage.open(evidence.stored_as, "rb")


def clean_name(name: str) -> str:
    """Return a file's own name without folders or unprintable signs; Invalid if none is left."""
    own = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(each for each in own if each.isprintable()).strip()
    if not plain.strip("."):
        raise Invalid(field="file", problem="has no name.")
    return plain[-LONGEST_FILE_NAME:]


def _read(content: "File[bytes]", name: str) -> bytes:
    """Read at most one byte more than is taken, so that a huge file is never held."""
    content.seek(0)
    data: bytes = content.read(LARGEST + 1)
    if len(data) > LARGEST:
        size = content.size / MEBIBYTE
        raise EvidenceTooLarge(file=name, size=f"{size:.1f}", limit=LARGEST // MEBIBYTE)
    if not data:
        raise Invalid(field="file", problem="is empty.")
    return data


def _address(actor: Actor) -> str:
    """Return a random name: nobody finds a file by guessing, and no name of a user is a path."""
    return f"evidence/{actor.organization_id}/{secrets.token_hex(16)}"
