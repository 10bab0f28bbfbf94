DROP TABLE usage_records;
DROP TABLE rates;
DROP TYPE rate_kind_enum;
DROP TYPE usage_component_enum;
