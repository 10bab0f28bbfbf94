DROP FUNCTION retire_partitions(regclass, integer);
DROP FUNCTION ensure_partitions(integer);
DROP FUNCTION ensure_month_partition(regclass, name, date);
