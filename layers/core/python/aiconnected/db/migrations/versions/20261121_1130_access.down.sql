DROP TABLE support_grants;

DROP TABLE imports;
DROP TYPE import_status_enum;
DROP TABLE exports;
DROP TYPE export_status_enum;
DROP TABLE idempotency_keys;
DROP TABLE provider_credentials;
DROP TABLE invitations;
DROP TABLE api_keys;
DROP TABLE user_roles;
ALTER TABLE users DROP CONSTRAINT uq_users_id_agency_id;
DROP TABLE role_permissions;
DROP TABLE roles;
DROP TABLE permissions;
DROP INDEX ix_tenants_purge_after;
ALTER TABLE tenants
DROP CONSTRAINT ck_tenants_purge,
DROP COLUMN deletion_requested_at,
DROP COLUMN purge_after,
DROP COLUMN purged_at;
DROP INDEX uq_agencies_custom_domain;
ALTER TABLE agencies
DROP CONSTRAINT ck_agencies_custom_domain_format,
DROP COLUMN custom_domain,
DROP COLUMN custom_domain_verified_at;
ALTER TABLE users DROP COLUMN claims_version;
