DROP TABLE audit_log;
DROP TABLE received_events;
DROP TABLE outbox;
