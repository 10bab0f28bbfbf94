-- What the agent knows: bases, documents, chunks, and the search over them (PRD 8.1-8.3; K1-K4).

CREATE TYPE document_source_enum AS ENUM ('text', 'file', 'url');
CREATE TYPE document_status_enum AS ENUM (
    'uploading', 'pending', 'processing', 'ready', 'failed'
);

CREATE TABLE knowledge_bases (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    description text NOT NULL DEFAULT '',
    is_default boolean NOT NULL DEFAULT false,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_knowledge_bases PRIMARY KEY (id),
    CONSTRAINT uq_knowledge_bases_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_knowledge_bases_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE UNIQUE INDEX uq_knowledge_bases_tenant_id_name ON knowledge_bases (tenant_id, name)
WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_knowledge_bases_tenant_id_default ON knowledge_bases (tenant_id)
WHERE is_default AND deleted_at IS NULL;
COMMENT ON COLUMN knowledge_bases.is_default IS 'Where a document goes that names no base.';
SELECT add_tenant_wall('knowledge_bases', 'SELECT, INSERT, UPDATE');

CREATE TABLE knowledge_documents (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    knowledge_base_id uuid NOT NULL,
    title varchar(500) NOT NULL,
    source document_source_enum NOT NULL,
    source_url varchar(2000),
    content_type varchar(100) NOT NULL,
    content text,
    bucket varchar(255),
    key varchar(1024),
    size_bytes bigint NOT NULL,
    sha256 char(64) NOT NULL,
    status document_status_enum NOT NULL DEFAULT 'pending',
    failure_code varchar(100),
    failure_reason text,
    chunk_count integer NOT NULL DEFAULT 0,
    token_count integer NOT NULL DEFAULT 0,
    processed_at timestamptz,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_knowledge_documents PRIMARY KEY (id),
    CONSTRAINT uq_knowledge_documents_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_knowledge_documents_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_knowledge_documents_knowledge_bases FOREIGN KEY (knowledge_base_id, tenant_id)
        REFERENCES knowledge_bases (id, tenant_id),
    CONSTRAINT ck_knowledge_documents_failure CHECK (
        (status = 'failed') = (failure_code IS NOT NULL)
    ),
    CONSTRAINT ck_knowledge_documents_object CHECK ((bucket IS NULL) = (key IS NULL))
);
CREATE INDEX ix_knowledge_documents_tenant_id ON knowledge_documents (tenant_id, created_at DESC)
WHERE deleted_at IS NULL;
CREATE INDEX ix_knowledge_documents_knowledge_base_id ON knowledge_documents (knowledge_base_id);
COMMENT ON COLUMN knowledge_documents.content IS
    'The text of a document that was given as text; otherwise it lies at bucket and key.';
COMMENT ON COLUMN knowledge_documents.sha256 IS
    'Hexadecimal, of what was given: a text or a file; an address where it is fetched from there.';
SELECT add_tenant_wall('knowledge_documents', 'SELECT, INSERT, UPDATE');

CREATE TABLE knowledge_chunks (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    knowledge_base_id uuid NOT NULL,
    document_id uuid NOT NULL,
    position integer NOT NULL,
    title varchar(500) NOT NULL,
    heading varchar(1000) NOT NULL DEFAULT '',
    content text NOT NULL,
    token_count integer NOT NULL,
    embedding_model varchar(100) NOT NULL,
    embedding halfvec(1536) NOT NULL,
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'B')
        || setweight(to_tsvector('english', heading), 'A')
        || setweight(to_tsvector('english', content), 'C')
    ) STORED,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_knowledge_chunks PRIMARY KEY (id),
    CONSTRAINT uq_knowledge_chunks_document_id_position UNIQUE (document_id, position),
    CONSTRAINT fk_knowledge_chunks_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_knowledge_chunks_knowledge_bases FOREIGN KEY (knowledge_base_id, tenant_id)
        REFERENCES knowledge_bases (id, tenant_id),
    CONSTRAINT fk_knowledge_chunks_knowledge_documents FOREIGN KEY (document_id, tenant_id)
        REFERENCES knowledge_documents (id, tenant_id) ON DELETE CASCADE
);
-- TOAST costs an exact scan a factor of four; 1,536 half floats are 3 kB and stay in the row.
ALTER TABLE knowledge_chunks ALTER COLUMN embedding SET STORAGE PLAIN;
CREATE INDEX ix_knowledge_chunks_tenant_id ON knowledge_chunks (tenant_id);
CREATE INDEX ix_knowledge_chunks_search ON knowledge_chunks USING gin (search);
COMMENT ON TABLE knowledge_chunks IS
    'No HNSW index over all tenants: a generic plan would take it and lose recall. '
    'Search goes through search_knowledge(), exact within the tenant.';
COMMENT ON COLUMN knowledge_chunks.title IS 'Of the document, copied for citations.';
COMMENT ON COLUMN knowledge_chunks.heading IS 'Path of headings, joined by ` > `.';
SELECT add_tenant_wall('knowledge_chunks', 'SELECT, INSERT, DELETE');

GRANT SELECT ON knowledge_chunks TO knowledge_reader;
GRANT SELECT (id, agency_id) ON tenants TO knowledge_reader;

-- A policy keeps GIN out of the plan and filters HNSW after the fact, so that the wall is the check
-- at the top, and the rest reads as a role that bypasses policies and may read this noun only.
CREATE FUNCTION search_knowledge(
    tenant uuid,
    query_text text,
    query_vector halfvec,
    match_limit integer,
    bases uuid[] DEFAULT NULL
)
RETURNS TABLE (
    chunk_id uuid,
    document_id uuid,
    title varchar,
    heading varchar,
    content text,
    score double precision,
    similarity double precision
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    -- Any of the words: a spoken question holds more of them than a passage does.
    words tsquery := replace(plainto_tsquery('english', query_text)::text, '&', '|')::tsquery;
    pool integer := greatest(4 * match_limit, 20);
BEGIN
    IF NOT EXISTS (
        SELECT FROM tenants AS t
        WHERE t.id = tenant
            AND t.agency_id = current_agency_id()
            AND (current_tenant_id() IS NULL OR current_tenant_id() = tenant)
    ) THEN
        RAISE EXCEPTION 'tenant lies outside the scope of this transaction'
            USING ERRCODE = 'insufficient_privilege';
    END IF;

    RETURN QUERY
    WITH near AS (
        SELECT
            n.id,
            row_number() OVER (ORDER BY n.distance, n.id) AS place
        FROM (
            -- `+ 0` keeps every index on the vector out of the plan: the scan must be exact.
            SELECT
                c.id,
                (c.embedding <=> query_vector) + 0 AS distance
            FROM knowledge_chunks AS c
            WHERE c.tenant_id = tenant
                AND query_vector IS NOT NULL
                AND (bases IS NULL OR c.knowledge_base_id = ANY (bases))
            ORDER BY distance, c.id
            LIMIT pool
        ) AS n
    ),
    worded AS (
        SELECT
            n.id,
            row_number() OVER (ORDER BY n.rank DESC, n.id) AS place
        FROM (
            SELECT
                c.id,
                ts_rank_cd(c.search, words, 1) AS rank
            FROM knowledge_chunks AS c
            WHERE c.tenant_id = tenant
                AND c.search @@ words
                AND (bases IS NULL OR c.knowledge_base_id = ANY (bases))
            ORDER BY rank DESC, c.id
            LIMIT pool
        ) AS n
    ),
    -- Reciprocal-rank fusion (Cormack et al., 2009); 60 is the constant of the paper.
    fused AS (
        SELECT
            id,
            (coalesce(1.0 / (60 + near.place), 0) + coalesce(1.0 / (60 + worded.place), 0))
            ::double precision AS score
        FROM near
        FULL JOIN worded USING (id)
    )
    SELECT
        c.id,
        c.document_id,
        c.title,
        c.heading,
        c.content,
        f.score,
        1 - (c.embedding <=> query_vector)
    FROM fused AS f
    JOIN knowledge_chunks AS c ON c.id = f.id
    ORDER BY f.score DESC, c.embedding <=> query_vector, c.id
    LIMIT match_limit;
END
$$;
COMMENT ON FUNCTION search_knowledge(uuid, text, halfvec, integer, uuid[]) IS
    'Best chunks of one tenant by vector and by words; without a vector by words alone. '
    'similarity is the cosine, NULL without a vector; raises 42501 outside the scope.';

GRANT EXECUTE ON FUNCTION search_knowledge(uuid, text, halfvec, integer, uuid[]) TO app;
GRANT CREATE ON SCHEMA public TO knowledge_reader;
ALTER FUNCTION search_knowledge(uuid, text, halfvec, integer, uuid[]) OWNER TO knowledge_reader;
REVOKE CREATE ON SCHEMA public FROM knowledge_reader;
