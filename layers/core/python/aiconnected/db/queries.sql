-- revision --
-- The schema's revision.
-- cross-tenant: of the whole database
SELECT version_num
FROM alembic_version

-- ensure_partitions --
-- Make the partitions of the months to come; tells how many were missing.
-- cross-tenant: of the whole database
SELECT ensure_partitions(%(months)s) AS made

-- estimated_rows --
-- About how many rows tables have, their partitions together, as of when each was last analysed.
-- cross-tenant: of the whole database
SELECT
    t.name,
    sum(greatest(c.reltuples, 0))::bigint AS rows
FROM unnest(%(tables)s::text[]) AS t (name)
JOIN pg_class AS c
    ON c.oid = t.name::regclass
    OR c.oid IN (SELECT i.inhrelid FROM pg_inherits AS i WHERE i.inhparent = t.name::regclass)
WHERE c.relkind = 'r'
GROUP BY t.name
ORDER BY t.name

-- retire_partitions --
-- Drop the partitions of a table that are older than so many months; tells how many there were.
-- cross-tenant: of the whole database
SELECT retire_partitions(%(parent)s::regclass, %(months)s) AS retired
