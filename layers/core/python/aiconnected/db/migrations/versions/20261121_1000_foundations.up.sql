-- Roles, the extension and the functions that every table stands on.
--
-- Roles belong to the cluster, not to the database: they are made when missing and carry no password
-- (the stack or the operator sets one with ALTER ROLE ... PASSWORD).
--
--   owner             owns every table, sequence and function; nobody logs in as it
--   app               the product within one agency or tenant, under forced row-level security
--   platform          platform admins and cross-tenant work: number lookup, login, relay, reaper
--   knowledge_reader  owns search_knowledge() and may read knowledge chunks only

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner') THEN
        CREATE ROLE owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN
        CREATE ROLE app LOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'platform') THEN
        CREATE ROLE platform LOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'knowledge_reader') THEN
        CREATE ROLE knowledge_reader NOLOGIN BYPASSRLS;
    END IF;
END
$$;

-- ALTER ... OWNER TO asks that the owner may act as the new one.
GRANT owner TO CURRENT_USER;
GRANT knowledge_reader TO owner;

CREATE EXTENSION IF NOT EXISTS vector;

ALTER SCHEMA public OWNER TO owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO app, platform, knowledge_reader;
-- Readiness compares the schema's revision with the one the code needs.
GRANT SELECT ON alembic_version TO app, platform;

SET LOCAL ROLE owner;

-- Functions are for those they are granted to, never for everybody.
ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- The transaction's scope, set by aiconnected.db with set_config(..., is_local => true).

CREATE FUNCTION current_agency_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.agency_id', true), '')::uuid;

CREATE FUNCTION current_tenant_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;

CREATE FUNCTION current_actor_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.actor_id', true), '')::uuid;

COMMENT ON FUNCTION current_agency_id() IS 'Agency of this transaction; NULL sees nothing.';
COMMENT ON FUNCTION current_tenant_id() IS
    'Tenant of this transaction; NULL with an agency sees all of the agency.';
COMMENT ON FUNCTION current_actor_id() IS 'User or API key that acts in this transaction.';

GRANT EXECUTE ON FUNCTION current_agency_id(), current_tenant_id(), current_actor_id()
TO app, platform, knowledge_reader;

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION set_actor() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := coalesce(NEW.created_by, current_actor_id());
    END IF;
    NEW.updated_by := coalesce(current_actor_id(), NEW.updated_by);
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION set_actor() IS
    'Fills the audit columns; they name a user or an API key and so have no foreign key.';

CREATE FUNCTION add_update_triggers(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute
               WHERE attrelid = target AND attname = 'updated_at' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER set_updated_at BEFORE UPDATE ON %s
                        FOR EACH ROW EXECUTE FUNCTION set_updated_at()', target);
    END IF;
    IF EXISTS (SELECT FROM pg_attribute
               WHERE attrelid = target AND attname = 'updated_by' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER set_actor BEFORE INSERT OR UPDATE ON %s
                        FOR EACH ROW EXECUTE FUNCTION set_actor()', target);
    END IF;
END
$$;

CREATE FUNCTION force_row_security(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY platform ON %s TO platform USING (true) WITH CHECK (true)',
                   target);
END
$$;

-- The one shape of a table whose rows belong to a tenant. app_privileges is the list for GRANT.
-- Behind a SELECT the scope is read once for a statement and not once for a row, which was most of
-- what reading many rows took. The CASE lets the planner expect half of an agency's rows; an OR over
-- what it does not know yet made it expect so few that it sorted whatever it was asked for.
CREATE FUNCTION add_tenant_wall(target regclass, app_privileges text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM force_row_security(target);
    EXECUTE format(
        'CREATE POLICY app ON %s TO app USING (agency_id = (SELECT current_agency_id())
         AND CASE WHEN (SELECT current_tenant_id()) IS NULL THEN true
             ELSE tenant_id = (SELECT current_tenant_id()) END)', target);
    EXECUTE format('GRANT %s ON %s TO app', app_privileges, target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO platform', target);
    PERFORM add_update_triggers(target);
END
$$;

COMMENT ON FUNCTION add_tenant_wall(regclass, text) IS
    'Forces row-level security by agency_id and tenant_id, grants, and adds the update triggers.';

RESET ROLE;
