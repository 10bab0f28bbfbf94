DROP TABLE refresh_tokens;
DROP TABLE users;
DROP TABLE tenants;
DROP TABLE agencies;
DROP TYPE user_status_enum;
DROP TYPE user_role_enum;
DROP TYPE tenant_status_enum;
DROP TYPE agency_status_enum;
