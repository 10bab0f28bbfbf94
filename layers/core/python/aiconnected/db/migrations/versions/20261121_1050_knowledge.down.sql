DROP FUNCTION search_knowledge(uuid, text, halfvec, integer, uuid[]);
DROP TABLE knowledge_chunks;
DROP TABLE knowledge_documents;
DROP TABLE knowledge_bases;
REVOKE SELECT (id, agency_id) ON tenants FROM knowledge_reader;
DROP TYPE document_status_enum;
DROP TYPE document_source_enum;
