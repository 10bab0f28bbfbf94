DROP TABLE opt_outs;
DROP TABLE callbacks;
DROP TABLE function_call_logs;
ALTER TABLE agent_versions DROP COLUMN custom_function_ids;
DROP TABLE custom_functions;
DROP TYPE callback_status_enum;
DROP TYPE function_call_status_enum;
DROP TYPE http_method_enum;
