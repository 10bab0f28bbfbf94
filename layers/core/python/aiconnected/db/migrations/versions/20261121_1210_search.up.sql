-- Search over calls (PRD 16.4): words of the transcript, the caller's number, the outcome.
--
--   call_reader  owns search_calls() and may read calls and transcripts only

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'call_reader') THEN
        CREATE ROLE call_reader NOLOGIN BYPASSRLS;
    END IF;
END
$$;
GRANT call_reader TO owner;
GRANT USAGE ON SCHEMA public TO call_reader;

-- A tenant's id beside words and letters in one GIN index: the search of a small client never looks
-- at what a large one says often.
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

SET LOCAL ROLE owner;

CREATE INDEX ix_transcripts_tenant_id_search ON transcripts USING gin (tenant_id, search);
CREATE INDEX ix_calls_tenant_id_from_number_part
ON calls USING gin (tenant_id, from_number gin_trgm_ops);
CREATE INDEX ix_calls_tenant_id_outcome_initiated_at
ON calls (tenant_id, outcome, initiated_at DESC, id DESC);
-- Whatever else a list of calls is filtered by: rare values and such as nobody has. Common ones are
-- found soon enough from the newest call on. Without fastupdate no list ever reads a pending one.
CREATE INDEX ix_calls_filters ON calls USING gin (
    tenant_id, agent_id, phone_number_id, to_number, direction_word, carrier_word, sentiment_word
) WITH (fastupdate = off);

GRANT EXECUTE ON FUNCTION current_agency_id(), current_tenant_id() TO call_reader;
GRANT SELECT ON calls, transcripts TO call_reader;

-- A policy keeps GIN out of the plan, so that the wall is the check at the top, and the rest reads
-- as a role that bypasses policies and may read this noun only.
CREATE FUNCTION search_calls(
    agency uuid,
    tenant uuid,
    query_text text,
    since timestamptz,
    until timestamptz,
    match_limit integer
)
RETURNS TABLE (call_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public, pg_temp
-- Planned anew for each search: a rare word wants the words' index, a common one the newest first.
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    words tsquery;
    phrase text := lower(btrim(query_text));
    digits text := CASE
        WHEN query_text ~ '^[-+0-9 ().]+$' THEN regexp_replace(query_text, '[^0-9]', '', 'g')
        ELSE ''
    END;
BEGIN
    BEGIN
        words := websearch_to_tsquery('english', query_text);
    EXCEPTION WHEN internal_error OR program_limit_exceeded THEN
        -- Such as two hundred minus signs, each of which negates the next.
        words := plainto_tsquery('english', query_text);
    END;
    -- Nobody but the platform's login searches without an agency.
    IF (agency IS NULL AND session_user <> 'platform')
        OR agency IS DISTINCT FROM current_agency_id()
        OR (current_tenant_id() IS NOT NULL AND tenant IS DISTINCT FROM current_tenant_id())
    THEN
        RAISE EXCEPTION 'agency or tenant lies outside the scope of this transaction'
            USING ERRCODE = 'insufficient_privilege';
    END IF;

    RETURN QUERY
    SELECT f.call_id
    FROM (
        (
            SELECT
                t.call_id,
                t.initiated_at
            FROM transcripts AS t
            WHERE (agency IS NULL OR t.agency_id = agency)
                AND (tenant IS NULL OR t.tenant_id = tenant)
                AND t.search @@ words
                AND (since IS NULL OR t.initiated_at >= since)
                AND (until IS NULL OR t.initiated_at <= until)
                AND t.deleted_at IS NULL
            ORDER BY t.initiated_at DESC
            LIMIT match_limit
        )
        UNION
        (
            SELECT
                c.id,
                c.initiated_at
            FROM calls AS c
            WHERE (agency IS NULL OR c.agency_id = agency)
                AND (tenant IS NULL OR c.tenant_id = tenant)
                AND length(digits) >= 3
                AND c.from_number LIKE '%' || digits || '%'
                AND (since IS NULL OR c.initiated_at >= since)
                AND (until IS NULL OR c.initiated_at <= until)
                AND c.deleted_at IS NULL
            ORDER BY c.initiated_at DESC
            LIMIT match_limit
        )
        UNION
        (
            SELECT
                c.id,
                c.initiated_at
            FROM calls AS c
            WHERE (agency IS NULL OR c.agency_id = agency)
                AND (tenant IS NULL OR c.tenant_id = tenant)
                AND c.outcome IN (phrase, replace(phrase, ' ', '_'))
                AND (since IS NULL OR c.initiated_at >= since)
                AND (until IS NULL OR c.initiated_at <= until)
                AND c.deleted_at IS NULL
            ORDER BY c.initiated_at DESC
            LIMIT match_limit
        )
    ) AS f
    ORDER BY f.initiated_at DESC
    LIMIT match_limit;
END
$$;
COMMENT ON FUNCTION search_calls(uuid, uuid, text, timestamptz, timestamptz, integer) IS
    'The newest calls within the window that the text finds, of one tenant or of a whole agency; '
    'of all for the platform. Raises 42501 outside the scope.';

GRANT EXECUTE ON FUNCTION search_calls(uuid, uuid, text, timestamptz, timestamptz, integer)
TO app, platform;
GRANT CREATE ON SCHEMA public TO call_reader;
ALTER FUNCTION search_calls(uuid, uuid, text, timestamptz, timestamptz, integer)
OWNER TO call_reader;
REVOKE CREATE ON SCHEMA public FROM call_reader;

RESET ROLE;
