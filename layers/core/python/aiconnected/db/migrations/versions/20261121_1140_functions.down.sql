DROP TABLE opt_outs;
DROP TABLE callbacks;
DROP INDEX ix_function_call_logs_agency_id_called_at;
ALTER TABLE function_call_logs
DROP COLUMN status,
DROP COLUMN custom_function_id;
ALTER TABLE agent_versions DROP COLUMN custom_function_ids;
DROP TABLE custom_functions;
DROP TYPE callback_status_enum;
DROP TYPE function_call_status_enum;
DROP TYPE http_method_enum;
