"""Issuing the certificate of a closing, in the transaction of the closing itself."""

import hashlib

from audit import papers
from audit import services as audit
from audit.models import Event
from governance.events import CertificateIssued
from governance.models import ClosureCertificate, ClosureConfirmation, GateRequest
from governance.queries import certificates
from measures.models import Measure


def issue(
    measure: Measure, request: GateRequest, confirmation: ClosureConfirmation, told: Event
) -> ClosureCertificate:
    """Sign what a closing says, and keep it as it is given out; CannotSign without a key.

    `told` is the ledger's entry of the closing, whose number and hash the certificate carries.
    """
    told.refresh_from_db()
    content = certificates.content(measure, request, confirmation, told)
    paper = papers.sealed(certificates.KIND, content)
    made: ClosureCertificate = ClosureCertificate.objects.create(
        measure=measure,
        confirmation=confirmation,
        paper=paper,
        issued_by_id=confirmation.confirmed_by_id,
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record(
        CertificateIssued(
            subject_id=measure.pk,
            certificate_id=made.pk,
            public_id=made.public_id,
            sha256=hashlib.sha256(paper.encode()).hexdigest(),
        )
    )
    return made
