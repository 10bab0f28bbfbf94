SET LOCAL ROLE owner;
DROP FUNCTION search_calls(uuid, uuid, text, timestamptz, timestamptz, integer);
REVOKE SELECT ON calls, transcripts FROM call_reader;
REVOKE EXECUTE ON FUNCTION current_agency_id(), current_tenant_id() FROM call_reader;
DROP INDEX ix_calls_filters;
DROP INDEX ix_calls_tenant_id_outcome_initiated_at;
DROP INDEX ix_calls_tenant_id_from_number_part;
DROP INDEX ix_transcripts_tenant_id_search;
RESET ROLE;
DROP EXTENSION pg_trgm;
DROP EXTENSION btree_gin;
REVOKE USAGE ON SCHEMA public FROM call_reader;

-- Another database of the cluster may still need the role: then it stays.
DO $$
BEGIN
    DROP ROLE call_reader;
EXCEPTION WHEN dependent_objects_still_exist THEN
    RAISE NOTICE 'role call_reader stays: another database uses it';
END
$$;
