-- revision --
-- The schema's revision.
-- cross-tenant: of the whole database
SELECT version_num
FROM alembic_version

-- ensure_partitions --
-- Make the partitions of the months to come; tells how many were missing.
-- cross-tenant: of the whole database
SELECT ensure_partitions(%(months)s) AS made

-- retire_partitions --
-- Drop the partitions of a table that are older than so many months; tells how many there were.
-- cross-tenant: of the whole database
SELECT retire_partitions(%(parent)s::regclass, %(months)s) AS retired
