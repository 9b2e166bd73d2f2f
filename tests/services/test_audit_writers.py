"""Eight people writing at once into one organization's ledger: the chain stays whole."""

import threading

from django.db import connection

from audit.queries import soundness
from core import tenancy
from governance.services import gates
from tests.factories.governance import a_measure
from tests.factories.organizations import an_organization

WRITERS = 8
ROUNDS = 4


def test_the_ledger_is_sound_after_eight_writers_at_once(db):
    organization = an_organization()
    cases = [a_measure(organization=organization) for _ in range(WRITERS)]
    begin = threading.Barrier(WRITERS)
    failures = []

    def write(case):
        try:
            begin.wait()
            for _ in range(ROUNDS):
                asked = gates.request(actor=case.actor("owner"), measure_id=case.measure_id)
                gates.withdraw(actor=case.actor("owner"), request_id=asked.pk)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    with tenancy.reading(tenancy.system(organization.id)):
        before = soundness.examine().acts
    threads = [threading.Thread(target=write, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenancy.reading(tenancy.system(organization.id)):
        seen = soundness.examine()

    assert failures == []
    assert (seen.faults, seen.acts - before) == ((), WRITERS * ROUNDS * 2)
