"""Row-level security as a wall of its own: what `app` and `platform` see, table by table."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy

pytestmark = pytest.mark.integration

# Not a tenant's: agencies and tenants have walls by their own key, rates are shared with the
# platform, and refresh tokens are the platform's alone.
_SPECIAL = {"agencies", "tenants", "rates", "refresh_tokens"}
_TABLES = """
SELECT c.relname
FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace
    AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition
    AND c.relname <> 'alembic_version'
ORDER BY c.relname
"""
# One row in every table that a call leaves something in.
_ROWS = """
INSERT INTO agents (id, agency_id, tenant_id, name, slug)
VALUES (%(id)s, %(agency)s, %(tenant)s, 'Ava', 'ava');
INSERT INTO greetings (id, agency_id, tenant_id, agent_id, kind, content)
VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s, 'open', 'Hello');
INSERT INTO system_prompts (id, agency_id, tenant_id, name, content)
VALUES (%(id)s, %(agency)s, %(tenant)s, 'p', 'p');
INSERT INTO voice_configurations (id, agency_id, tenant_id, name, provider, model)
VALUES (%(id)s, %(agency)s, %(tenant)s, 'v', 'deepgram', 'aura');
INSERT INTO agent_personalities (id, agency_id, tenant_id, name, persona)
VALUES (%(id)s, %(agency)s, %(tenant)s, 'a', 'a');
INSERT INTO agent_versions (
    id, agency_id, tenant_id, agent_id, version, system_prompt_id, voice_configuration_id,
    agent_personality_id, llm_provider, llm_model, max_tokens, stt_provider, stt_model
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(id)s, 1, %(id)s, %(id)s, %(id)s, 'a', 'a', 1, 'd', 'd'
);
INSERT INTO business_hours (id, agency_id, tenant_id, weekday, opens, closes)
VALUES (%(id)s, %(agency)s, %(tenant)s, 0, '08:00', '17:00');
INSERT INTO holidays (id, agency_id, tenant_id, day, name)
VALUES (%(id)s, %(agency)s, %(tenant)s, '2026-12-25', 'Christmas');
INSERT INTO phone_numbers (id, agency_id, tenant_id, agent_id, number, carrier)
VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s, %(number)s, 'twilio');
INSERT INTO users (id, agency_id, tenant_id, email, role)
VALUES (%(id)s, %(agency)s, %(tenant)s, %(email)s, 'tenant_admin');
INSERT INTO calls (
    id, agency_id, tenant_id, carrier, external_call_id, direction, from_number, to_number,
    initiated_at
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, 'twilio', %(email)s, 'inbound', '+1', '+1', now()
);
INSERT INTO call_leases (
    call_id, agency_id, tenant_id, owner, acquired_at, renewed_at, expires_at
) VALUES (%(id)s, %(agency)s, %(tenant)s, 'host', now(), now(), now());
INSERT INTO call_legs (
    id, agency_id, tenant_id, call_id, kind, external_id, encoding, rate, started_at
) VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s, 'twilio', 'MZ', 'mulaw', 8000, now());
INSERT INTO call_events (
    call_id, seq, at, id, agency_id, tenant_id, type, version, owner, body
) VALUES (%(id)s, 0, now(), %(id)s, %(agency)s, %(tenant)s, 'leg.started', 1, 'host', '{}');
INSERT INTO transcripts (id, agency_id, tenant_id, call_id)
VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s);
INSERT INTO transcript_turns (
    call_id, turn, started_at, ended_at, agency_id, tenant_id, role, speech, text, heard_text
) VALUES (%(id)s, 0, now(), now(), %(agency)s, %(tenant)s, 'caller', 'answer', 'hi', 'hi');
INSERT INTO call_transfers (id, agency_id, tenant_id, call_id, kind, target, requested_at)
VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s, 'blind', '+1', now());
INSERT INTO recordings (
    id, agency_id, tenant_id, call_id, source, status, content_type, channels, rate, duration_ms,
    size_bytes, sha256
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(id)s, 'own', 'on_host', 'audio/wav', 2, 8000, 1, 1, ''
);
INSERT INTO function_call_logs (
    id, agency_id, tenant_id, call_id, seq, function_name, arguments, ok, duration_ms, called_at
) VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s, 0, 'f', '{}', true, 1, now());
INSERT INTO knowledge_bases (id, agency_id, tenant_id, name)
VALUES (%(id)s, %(agency)s, %(tenant)s, 'b');
INSERT INTO knowledge_documents (
    id, agency_id, tenant_id, knowledge_base_id, title, source, content_type, size_bytes, sha256
) VALUES (%(id)s, %(agency)s, %(tenant)s, %(id)s, 't', 'text', 'text/plain', 1, '');
INSERT INTO knowledge_chunks (
    id, agency_id, tenant_id, knowledge_base_id, document_id, position, title, content,
    token_count, embedding_model, embedding
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(id)s, %(id)s, 0, 't', 'c', 1, 'm',
    array_fill(1, ARRAY[1536])::vector::halfvec
);
INSERT INTO appointment_slots (id, agency_id, tenant_id, starts_at, ends_at)
VALUES (%(id)s, %(agency)s, %(tenant)s, now(), now() + interval '1 hour');
INSERT INTO appointments (
    id, agency_id, tenant_id, slot_id, starts_at, ends_at, customer_name, confirmation_code
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(id)s, now(), now() + interval '1 hour', 'Jo', 'ABC'
);
INSERT INTO usage_records (
    id, agency_id, tenant_id, call_id, component, provider, model, unit, quantity, ref,
    cost_micros, price_micros, measured_at
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(id)s, 'stt', 'd', 'n', 'second', 1, 'r', 0, 0, now()
);
INSERT INTO outbox (id, agency_id, tenant_id, topic, envelope)
VALUES (%(id)s, %(agency)s, %(tenant)s, 't', '{}');
INSERT INTO received_events (
    id, provider, external_event_id, agency_id, tenant_id, request_sha256, received_at
) VALUES (%(id)s, 'twilio', %(email)s, %(agency)s, %(tenant)s, '', now());
INSERT INTO audit_log (id, agency_id, tenant_id, actor_kind, action, resource_type, at)
VALUES (%(id)s, %(agency)s, %(tenant)s, 'system', 'a', 'r', now());
"""


def fill(connection: psycopg.Connection[Any], tenancy: Tenancy, number: int) -> None:
    values = {
        "id": tenancy.tenant_id,  # any id: it names what belongs to whom
        "agency": tenancy.agency_id,
        "tenant": tenancy.tenant_id,
        "number": f"+1212555{number:04}",
        "email": f"person{number}@example.com",
    }
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(_ROWS, values)


@pytest.fixture
def tables(database_urls: DatabaseUrls, tenancies: Tenancies) -> list[str]:
    """Names of all tables, after every tenant has got a row in each of its own."""
    with psycopg.connect(database_urls.owner) as connection:
        for number, tenancy in enumerate(
            (tenancies.dental, tenancies.plumbing, tenancies.stranger)
        ):
            fill(connection, tenancy, number)
        return [name for (name,) in connection.execute(_TABLES).fetchall()]


def enter(connection: psycopg.Connection[Any], agency: UUID | None, tenant: UUID | None) -> None:
    connection.execute(
        "SELECT set_config('app.agency_id', %s, true), set_config('app.tenant_id', %s, true)",
        [str(agency or ""), str(tenant or "")],
    )


def tenants_in(connection: psycopg.Connection[Any], table: str) -> set[UUID]:
    query = sql.SQL("SELECT tenant_id FROM {}").format(sql.Identifier(table))
    return {tenant for (tenant,) in connection.execute(query).fetchall()}


def test_a_tenant_sees_its_own_rows_alone_in_every_table(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own = tenancies.dental
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, own.agency_id, own.tenant_id)

        seen = {table: tenants_in(connection, table) for table in tables if table not in _SPECIAL}

    assert len(seen) > 25
    assert all(tenants == {own.tenant_id} for tenants in seen.values()), seen


def test_an_agency_sees_the_rows_of_all_its_tenants_and_of_no_other(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    both = {tenancies.dental.tenant_id, tenancies.plumbing.tenant_id}
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, tenancies.dental.agency_id, None)

        seen = {table: tenants_in(connection, table) for table in tables if table not in _SPECIAL}
        tenants = connection.execute("SELECT id FROM tenants").fetchall()
        agencies = connection.execute("SELECT id FROM agencies").fetchall()

    assert all(tenants == both for tenants in seen.values()), seen
    assert {tenant for (tenant,) in tenants} == both
    assert agencies == [(tenancies.dental.agency_id,)]


@pytest.mark.parametrize("tenant_too", [False, True])
def test_without_an_agency_nothing_is_seen(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls, *, tenant_too: bool
) -> None:
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, None, tenancies.dental.tenant_id if tenant_too else None)
        for table in set(tables) - {"refresh_tokens"}:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            assert connection.execute(query).fetchone() == (0,), table


def test_a_tenant_named_under_another_agency_gives_nothing(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, tenancies.stranger.agency_id, tenancies.dental.tenant_id)
        for table in set(tables) - _SPECIAL:
            assert tenants_in(connection, table) == set(), table


def test_rows_of_another_tenant_can_be_neither_changed_nor_written(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own, other = tenancies.dental, tenancies.stranger
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, own.agency_id, own.tenant_id)

        moved = connection.execute(
            "UPDATE calls SET summary = 'mine' WHERE id = %s", [other.tenant_id]
        )
        assert moved.rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute(
                "UPDATE calls SET tenant_id = %s, agency_id = %s WHERE id = %s",
                [other.tenant_id, other.agency_id, own.tenant_id],
            )


def test_a_row_cannot_point_at_another_tenants_row(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with (
        psycopg.connect(database_urls.owner) as connection,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        connection.execute(
            "UPDATE calls SET agent_id = %s WHERE id = %s",
            [tenancies.stranger.tenant_id, tenancies.dental.tenant_id],
        )


def test_the_platform_sees_every_row(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    every = {
        tenancy.tenant_id for tenancy in (tenancies.dental, tenancies.plumbing, tenancies.stranger)
    }
    with psycopg.connect(database_urls.platform) as connection:
        for table in set(tables) - _SPECIAL:
            assert tenants_in(connection, table) == every, table


@pytest.mark.parametrize("login", ["app", "platform"])
def test_the_logins_own_nothing_and_pass_no_wall(database_urls: DatabaseUrls, login: str) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [login]
        ).fetchone()
        role = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit FROM pg_roles "
            "WHERE rolname = %s",
            [login],
        ).fetchone()

    assert owned == (0,)
    assert role == (False, False, False, False, False)


def test_every_table_forces_row_security(tables: list[str], database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        forced = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        ).fetchall()

    assert {name for (name,) in forced} == set(tables)


def test_partitions_are_reached_through_their_parents_alone(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        reachable = connection.execute(
            """
            SELECT c.relname FROM pg_class AS c, (VALUES ('app'), ('platform')) AS r (login)
            WHERE c.relispartition AND c.relkind = 'r'
                AND has_table_privilege(r.login, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            """
        ).fetchall()

    assert reachable == []


def test_functions_are_for_those_they_are_granted_to(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        callable_by_app = connection.execute(
            """
            SELECT p.proname FROM pg_proc AS p
            WHERE p.pronamespace = 'public'::regnamespace
                AND has_function_privilege('app', p.oid, 'EXECUTE')
                AND NOT EXISTS (
                    SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e'
                )
            ORDER BY 1
            """
        ).fetchall()

    assert [name for (name,) in callable_by_app] == [
        "current_actor_id",
        "current_agency_id",
        "current_tenant_id",
        "search_knowledge",
    ]


def test_refresh_tokens_are_not_for_the_app(database_urls: DatabaseUrls) -> None:
    with (
        psycopg.connect(database_urls.app) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT token_hash FROM refresh_tokens")


def test_an_agency_cannot_lift_its_own_quota(
    tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, tenancies.dental.agency_id, None)
        renamed = connection.execute("UPDATE agencies SET name = 'Polaris'")
        assert renamed.rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE agencies SET max_tenants = 1000")


def test_the_audit_log_cannot_be_changed(database_urls: DatabaseUrls) -> None:
    for url in (database_urls.app, database_urls.platform):
        for statement in (b"UPDATE audit_log SET action = ''", b"DELETE FROM audit_log"):
            with (
                psycopg.connect(url) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(statement)
