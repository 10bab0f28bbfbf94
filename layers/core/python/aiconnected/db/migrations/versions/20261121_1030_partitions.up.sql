-- Monthly partitions of the append-only tables (D3): made by one function, now and then by a job.

-- A month that is made late takes its rows out of the default partition, which caught them.
CREATE FUNCTION ensure_month_partition(parent regclass, key_column name, month date) RETURNS boolean
LANGUAGE plpgsql
SET timezone = 'UTC'
AS $$
DECLARE
    partition_name text := format('%s_%s', parent, to_char(month, '"y"YYYY"m"MM'));
    starts timestamptz := month::timestamptz;
    ends timestamptz := (month + interval '1 month')::timestamptz;
BEGIN
    IF to_regclass(partition_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING ALL)', partition_name, parent);
    EXECUTE format(
        'WITH late AS (DELETE FROM %I WHERE %I >= $1 AND %I < $2 RETURNING *)
         INSERT INTO %I SELECT * FROM late',
        parent || '_default', key_column, key_column, partition_name) USING starts, ends;
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   parent, partition_name, starts, ends);
    RETURN true;
END
$$;

CREATE FUNCTION ensure_partitions(months integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
    target record;
    made integer := 0;
BEGIN
    FOR target IN
        SELECT p.partrelid::regclass AS parent, a.attname AS key_column, m::date AS month
        FROM pg_partitioned_table AS p
        JOIN pg_class AS c ON c.oid = p.partrelid AND c.relnamespace = 'public'::regnamespace
        JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
        CROSS JOIN generate_series(
            date_trunc('month', now()) - interval '1 month',
            date_trunc('month', now()) + make_interval(months => months),
            interval '1 month'
        ) AS m
        ORDER BY 1, 3
    LOOP
        IF ensure_month_partition(target.parent, target.key_column, target.month) THEN
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION ensure_partitions(integer) IS
    'Makes the missing partitions of last month, this one and `months` to come; tells how many.';
GRANT EXECUTE ON FUNCTION ensure_partitions(integer) TO platform;

-- Dropping a partition locks its parent for a moment: rather another day than a queue behind it.
CREATE FUNCTION retire_partitions(parent regclass, months integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '2s'
AS $$
DECLARE
    oldest text := to_char(
        date_trunc('month', now()) - make_interval(months => months), '"y"YYYY"m"MM');
    target regclass;
    retired integer := 0;
BEGIN
    IF months < 12 THEN
        RAISE EXCEPTION 'a year at least is kept' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR target IN
        SELECT c.oid::regclass
        FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid AND c.relnamespace = 'public'::regnamespace
        WHERE i.inhparent = parent
            AND c.relname ~ '_y[0-9]{4}m[0-9]{2}$'
            AND right(c.relname, 8) < oldest
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE %s', target);
        retired := retired + 1;
    END LOOP;
    RETURN retired;
END
$$;
COMMENT ON FUNCTION retire_partitions(regclass, integer) IS
    'Drops the partitions of months that ended more than `months` ago; tells how many.';
GRANT EXECUTE ON FUNCTION retire_partitions(regclass, integer) TO platform;
