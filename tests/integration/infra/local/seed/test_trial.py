"""A client for one trial: complete, alone with its documents, and never the same twice."""

import pytest

from aiconnected.db import Database, Scope
from aiconnected.kit.clock import SystemClock
from aiconnected.kit.listing import ListQuery
from aiconnected.knowledge.models import DOCUMENTS
from infra.local.seed.seed import seed
from infra.local.seed.services import Services
from infra.local.seed.trial import add_trial

pytestmark = pytest.mark.integration


def test_a_trial_has_an_agent_that_answers_its_number_and_knows_nothing(
    database: Database,
) -> None:
    seed(database)

    trial = add_trial(database)

    services = Services.build(database, SystemClock())
    with database.work(Scope.platform("test")) as work:
        route = services.numbers.route(work, trial.number)
    assert route.tenant_id == trial.tenant_id
    assert route.agent_version_id is not None
    with database.work(Scope(agency_id=trial.agency_id, tenant_id=trial.tenant_id)) as work:
        page = services.documents.page(
            work, trial.tenant_id, wanted=ListQuery(order=DOCUMENTS.default)
        )
    assert not page.items


def test_two_trials_are_two_clients(database: Database) -> None:
    seed(database)

    first, second = add_trial(database), add_trial(database)

    assert first.tenant_id != second.tenant_id
    assert first.number != second.number
    assert first.login.email != second.login.email


def test_without_the_seed_there_is_no_agency_for_it(database: Database) -> None:
    with pytest.raises(LookupError):
        add_trial(database)
