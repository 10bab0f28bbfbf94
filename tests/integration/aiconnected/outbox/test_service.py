"""The outbox: a message leaves if its change is kept, and until the queue has it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.kit.ids import new_id
from aiconnected.outbox.service import Relayed
from tests.fixtures.tenancy import Tenancy
from tests.fixtures.voice import Core

pytestmark = pytest.mark.integration


def message(core: Core, tenancy: Tenancy) -> Envelope:
    return Envelope.of(
        DocumentAdded(document_id=new_id()),
        at=core.clock.now(),
        agency_id=tenancy.agency_id,
        tenant_id=tenancy.tenant_id,
    )


def append(core: Core, tenancy: Tenancy, envelope: Envelope) -> bool:
    with core.database.work(tenancy.scope) as work:
        return core.outbox.append(work, envelope)


def test_a_message_is_sent_once(core: Core, tenancy: Tenancy) -> None:
    envelope = message(core, tenancy)
    assert append(core, tenancy, envelope)
    assert not append(core, tenancy, envelope)

    assert core.relay.run() == Relayed(sent=1, failed=0)
    assert core.relay.run() == Relayed(sent=0, failed=0)

    assert core.queue.sent == [envelope]


def test_a_message_of_a_change_that_failed_never_leaves(core: Core, tenancy: Tenancy) -> None:
    def fail() -> None:
        with core.database.work(tenancy.scope) as work:
            core.outbox.append(work, message(core, tenancy))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert core.relay.run() == Relayed(sent=0, failed=0)


def test_a_queue_that_is_away_is_tried_again_ever_later(core: Core, tenancy: Tenancy) -> None:
    append(core, tenancy, message(core, tenancy))
    core.queue.away = True

    assert core.relay.run() == Relayed(sent=0, failed=1)
    assert core.relay.run() == Relayed(sent=0, failed=0)
    core.clock.move(timedelta(seconds=5))
    assert core.relay.run() == Relayed(sent=0, failed=1)
    core.clock.move(timedelta(seconds=5))
    assert core.relay.run() == Relayed(sent=0, failed=0)

    core.queue.away = False
    core.clock.move(timedelta(seconds=5))
    assert core.relay.sweep() == Relayed(sent=1, failed=0)


def test_relays_side_by_side_send_each_message_once(core: Core, tenancy: Tenancy) -> None:
    for _ in range(40):
        append(core, tenancy, message(core, tenancy))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: core.relay.run(20), range(4)))

    assert sum(each.sent for each in done) + core.relay.run().sent == 40
    assert len({envelope.id for envelope in core.queue.sent}) == len(core.queue.sent) == 40
