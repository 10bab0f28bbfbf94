-- ensure_default_base --
-- Make the base where documents go that name none, unless the tenant has one.
INSERT INTO knowledge_bases (id, agency_id, tenant_id, name, is_default)
SELECT %(id)s, t.agency_id, t.id, %(name)s, true
FROM tenants AS t
WHERE t.id = %(tenant_id)s
ON CONFLICT (tenant_id) WHERE is_default AND deleted_at IS NULL DO NOTHING

-- base --
-- One base, or the default one when none is named, kept from being deleted meanwhile.
SELECT
    b.id,
    b.agency_id
FROM knowledge_bases AS b
WHERE b.tenant_id = %(tenant_id)s
    AND b.deleted_at IS NULL
    AND (b.id = %(knowledge_base_id)s::uuid OR (%(knowledge_base_id)s::uuid IS NULL AND b.is_default))
FOR SHARE

-- owner_of_document --
-- Whose a document is: the job that processes it knows its id alone.
-- cross-tenant: leads from the id to the tenant
SELECT
    d.agency_id,
    d.tenant_id
FROM knowledge_documents AS d
WHERE d.id = %(document_id)s
    AND d.deleted_at IS NULL

-- lock_document --
-- Hold a document against another processing or its deletion until the transaction ends.
SELECT
    d.sha256
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND d.id = %(document_id)s
    AND d.deleted_at IS NULL
FOR UPDATE

-- fail_processing --
-- Say why a document cannot be searched.
UPDATE knowledge_documents
SET
    status = 'failed',
    failure_code = %(failure_code)s,
    failure_reason = %(failure_reason)s,
    chunk_count = 0,
    token_count = 0,
    processed_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(document_id)s
    AND deleted_at IS NULL

-- delete_chunks --
-- Remove what could be found of a document.
DELETE FROM knowledge_chunks
WHERE tenant_id = %(tenant_id)s
    AND document_id = %(document_id)s

-- insert_chunk --
-- Keep a passage with its vector.
INSERT INTO knowledge_chunks (
    id,
    agency_id,
    tenant_id,
    knowledge_base_id,
    document_id,
    position,
    title,
    heading,
    content,
    token_count,
    embedding_model,
    embedding
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(knowledge_base_id)s,
    %(document_id)s,
    %(position)s,
    %(title)s,
    %(heading)s,
    %(content)s,
    %(token_count)s,
    %(embedding_model)s,
    %(embedding)s::halfvec(1536)
)

-- delete_document --
-- Delete a document and forget its text; no row when it is not there.
UPDATE knowledge_documents
SET
    deleted_at = %(now)s,
    content = NULL
WHERE tenant_id = %(tenant_id)s
    AND id = %(document_id)s
    AND deleted_at IS NULL
RETURNING id

-- search --
-- The best passages for a question, by vector and by words (db/migrations: search_knowledge).
SELECT
    p.chunk_id AS id,
    p.document_id,
    p.title,
    p.heading,
    p.content AS text,
    greatest(0, coalesce(p.similarity, 0)) AS score,
    p.score AS fused
FROM search_knowledge(
    %(tenant_id)s,
    %(text)s,
    %(vector)s::halfvec(1536),
    %(limit)s,
    %(bases)s::uuid[]
) AS p

-- overdue --
-- Documents whose job should long have been done: its message was lost, or it died in the middle.
-- cross-tenant: one job looks after all
SELECT d.id
FROM knowledge_documents AS d
WHERE d.status IN ('pending', 'processing')
    AND d.updated_at < %(before)s
    AND d.deleted_at IS NULL
ORDER BY d.updated_at
LIMIT %(limit)s

-- bases --
-- Knowledge bases as they are listed; an agency sees those of all its clients.
-- cross-tenant: the row policies keep it to the scope
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.name,
    b.description,
    b.is_default,
    b.created_at,
    b.updated_at,
    (
        SELECT count(*)
        FROM knowledge_documents AS d
        WHERE d.knowledge_base_id = b.id
            AND d.deleted_at IS NULL
    ) AS document_count
FROM knowledge_bases AS b
WHERE b.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- base_shown --
-- One knowledge base.
-- cross-tenant: the row policies keep it to the scope
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.name,
    b.description,
    b.is_default,
    b.created_at,
    b.updated_at,
    (
        SELECT count(*)
        FROM knowledge_documents AS d
        WHERE d.knowledge_base_id = b.id
            AND d.deleted_at IS NULL
    ) AS document_count
FROM knowledge_bases AS b
WHERE b.id = %(base_id)s
    AND b.deleted_at IS NULL

-- lock_base --
-- Hold a knowledge base against other writers until the transaction ends.
-- cross-tenant: the row policies keep it to the scope
SELECT b.id
FROM knowledge_bases AS b
WHERE b.id = %(base_id)s
    AND b.deleted_at IS NULL
FOR UPDATE

-- insert_base --
-- Add a knowledge base.
INSERT INTO knowledge_bases (id, agency_id, tenant_id, name, description, is_default)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(description)s,
    %(is_default)s
)

-- change_base --
-- Set columns of a knowledge base.
UPDATE knowledge_bases
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(base_id)s
    AND deleted_at IS NULL

-- clear_default --
-- Take the mark of the default from whichever base has it.
UPDATE knowledge_bases
SET is_default = false
WHERE tenant_id = %(tenant_id)s
    AND is_default
    AND deleted_at IS NULL

-- base_has_documents --
-- Whether there is something in a knowledge base.
SELECT EXISTS (
    SELECT FROM knowledge_documents AS d
    WHERE d.tenant_id = %(tenant_id)s
        AND d.knowledge_base_id = %(base_id)s
        AND d.deleted_at IS NULL
)

-- delete_base --
-- Mark a knowledge base as deleted.
UPDATE knowledge_bases
SET
    deleted_at = %(now)s,
    is_default = false
WHERE tenant_id = %(tenant_id)s
    AND id = %(base_id)s
    AND deleted_at IS NULL

-- documents --
-- The tenant's documents as they are listed, those of one base when it is named.
SELECT
    d.id,
    d.agency_id,
    d.tenant_id,
    d.knowledge_base_id,
    d.title,
    d.source,
    d.source_url,
    d.content_type,
    d.size_bytes,
    d.status,
    d.failure_code,
    d.failure_reason,
    d.chunk_count,
    d.token_count,
    d.metadata,
    d.created_at,
    d.updated_at,
    d.processed_at
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND (%(base_id)s::uuid IS NULL OR d.knowledge_base_id = %(base_id)s::uuid)
    AND d.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- document --
-- One document without its text.
SELECT
    d.id,
    d.agency_id,
    d.tenant_id,
    d.knowledge_base_id,
    d.title,
    d.source,
    d.source_url,
    d.content_type,
    d.size_bytes,
    d.status,
    d.failure_code,
    d.failure_reason,
    d.chunk_count,
    d.token_count,
    d.metadata,
    d.created_at,
    d.updated_at,
    d.processed_at
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND d.id = %(document_id)s
    AND d.deleted_at IS NULL

-- lock_whole_document --
-- One document without its text, held against other writers until the transaction ends.
SELECT
    d.id,
    d.agency_id,
    d.tenant_id,
    d.knowledge_base_id,
    d.title,
    d.source,
    d.source_url,
    d.content_type,
    d.size_bytes,
    d.status,
    d.failure_code,
    d.failure_reason,
    d.chunk_count,
    d.token_count,
    d.metadata,
    d.created_at,
    d.updated_at,
    d.processed_at
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND d.id = %(document_id)s
    AND d.deleted_at IS NULL
FOR UPDATE

-- insert_document --
-- Keep a document: its text, or where that is fetched from.
INSERT INTO knowledge_documents (
    id,
    agency_id,
    tenant_id,
    knowledge_base_id,
    title,
    source,
    source_url,
    content_type,
    content,
    bucket,
    key,
    size_bytes,
    sha256,
    status,
    metadata
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(knowledge_base_id)s,
    %(title)s,
    %(source)s,
    %(source_url)s,
    %(content_type)s,
    %(content)s,
    %(bucket)s,
    %(key)s,
    %(size_bytes)s,
    %(sha256)s,
    %(status)s,
    %(metadata)s
)

-- change_document --
-- Set columns of a document.
UPDATE knowledge_documents
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(document_id)s
    AND deleted_at IS NULL

-- object_of_document --
-- Where the file of a document lies; no row for one that has none.
SELECT
    d.bucket,
    d.key
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND d.id = %(document_id)s
    AND d.bucket IS NOT NULL
    AND d.deleted_at IS NULL

-- start_processing --
-- Mark a document as being processed and read what it is made of; no row when it is ready already.
UPDATE knowledge_documents
SET
    status = 'processing',
    failure_code = NULL,
    failure_reason = NULL
WHERE tenant_id = %(tenant_id)s
    AND id = %(document_id)s
    AND status NOT IN ('ready', 'uploading')
    AND deleted_at IS NULL
RETURNING
    agency_id,
    knowledge_base_id,
    title,
    source,
    source_url,
    bucket,
    key,
    content_type,
    content,
    sha256

-- mark_pending --
-- Have a document processed again; what could be found of it stays until then.
UPDATE knowledge_documents
SET
    status = 'pending',
    failure_code = NULL,
    failure_reason = NULL
WHERE tenant_id = %(tenant_id)s
    AND id = %(document_id)s
    AND deleted_at IS NULL

-- finish_processing --
-- Mark a document as ready to be searched.
UPDATE knowledge_documents
SET
    status = 'ready',
    failure_code = NULL,
    failure_reason = NULL,
    size_bytes = %(size_bytes)s,
    chunk_count = %(chunk_count)s,
    token_count = %(token_count)s,
    processed_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(document_id)s
