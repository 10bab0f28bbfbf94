DROP FUNCTION add_tenant_wall(regclass, text);
DROP FUNCTION force_row_security(regclass);
DROP FUNCTION add_update_triggers(regclass);
DROP FUNCTION set_actor();
DROP FUNCTION set_updated_at();
DROP FUNCTION current_actor_id();
DROP FUNCTION current_tenant_id();
DROP FUNCTION current_agency_id();
DROP EXTENSION vector;
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;

-- Other databases of the cluster may still need the roles: then they stay.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['app', 'platform', 'knowledge_reader', 'owner'] LOOP
        EXECUTE format('DROP OWNED BY %I', role_name);
        BEGIN
            EXECUTE format('DROP ROLE %I', role_name);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE NOTICE 'role % stays: another database uses it', role_name;
        END;
    END LOOP;
END
$$;
