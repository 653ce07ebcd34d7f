-- The names under which PgDog has what is in schema pgdog_gevent, for texts that were written for it.

CREATE SCHEMA IF NOT EXISTS pgdog;
GRANT USAGE ON SCHEMA pgdog TO PUBLIC;

CREATE OR REPLACE FUNCTION pgdog.next_id_auto() RETURNS bigint LANGUAGE sql AS
    'SELECT pgdog_gevent.next_id_auto()';

CREATE OR REPLACE FUNCTION pgdog.next_uuid_auto() RETURNS uuid LANGUAGE sql AS
    'SELECT pgdog_gevent.next_uuid_auto()';

CREATE OR REPLACE FUNCTION pgdog.next_id_seq(
    sequence_name regclass, table_name regclass DEFAULT 'pgdog_gevent.validator_bigint'
) RETURNS bigint LANGUAGE sql AS
    'SELECT pgdog_gevent.next_id_seq(sequence_name, table_name)';

CREATE OR REPLACE FUNCTION pgdog.next_id(shards integer, shard integer) RETURNS bigint LANGUAGE sql AS
    'SELECT pgdog_gevent.next_id(shards, shard)';

CREATE OR REPLACE FUNCTION pgdog.install_sharded_sequence(
    schema_name text, table_name text, column_name text DEFAULT 'id', lock_timeout text DEFAULT '1s'
) RETURNS text LANGUAGE sql AS
    'SELECT pgdog_gevent.install_sharded_sequence(schema_name, table_name, column_name, lock_timeout)';

CREATE OR REPLACE FUNCTION pgdog.install_next_id(
    schema_name text, table_name text, column_name text DEFAULT 'id', lock_timeout text DEFAULT '1s'
) RETURNS text LANGUAGE sql AS
    'SELECT pgdog_gevent.install_next_id(schema_name, table_name, column_name, lock_timeout)';
