-- What a shard needs to make ids that belong to it by PostgreSQL's hash partitioning. Run by "pgdog-gevent setup" on
-- each shard, in one transaction; it may be run again. Who is allowed to use a table may draw ids for it.

CREATE SCHEMA IF NOT EXISTS pgdog_gevent;

CREATE TABLE IF NOT EXISTS pgdog_gevent.config (
    shard integer NOT NULL,
    shards integer NOT NULL,
    CHECK (shard >= 0 AND shard < shards)
);

-- They stay empty: satisfies_hash_partition() wants to see how a table is partitioned.
CREATE TABLE IF NOT EXISTS pgdog_gevent.validator_bigint (id bigint NOT NULL) PARTITION BY HASH (id);
CREATE TABLE IF NOT EXISTS pgdog_gevent.validator_uuid (id uuid NOT NULL) PARTITION BY HASH (id);

-- A server process takes many numbers at once, for it skips most of them.
CREATE SEQUENCE IF NOT EXISTS pgdog_gevent.id_seq CACHE 100;

GRANT USAGE ON SCHEMA pgdog_gevent TO PUBLIC;
GRANT SELECT ON pgdog_gevent.config TO PUBLIC;
GRANT USAGE ON SEQUENCE pgdog_gevent.id_seq TO PUBLIC;

CREATE OR REPLACE FUNCTION pgdog_gevent.next_id_seq(
    sequence_name regclass, table_name regclass DEFAULT 'pgdog_gevent.validator_bigint'
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    here pgdog_gevent.config%ROWTYPE;
    id bigint;
BEGIN
    SELECT * INTO STRICT here FROM pgdog_gevent.config;
    LOOP
        id := pg_catalog.nextval(sequence_name);
        IF pg_catalog.satisfies_hash_partition(table_name, here.shards, here.shard, id) THEN
            RETURN id;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.next_id_seq(regclass, regclass) IS
    'The next number of a sequence that belongs on this shard, as a key of table_name.';

CREATE OR REPLACE FUNCTION pgdog_gevent.next_id_auto() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN pgdog_gevent.next_id_seq('pgdog_gevent.id_seq');
END
$$;
COMMENT ON FUNCTION pgdog_gevent.next_id_auto() IS
    'A number that belongs on this shard, and that no other table and no other shard gets.';

CREATE OR REPLACE FUNCTION pgdog_gevent.next_uuid_auto() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    here pgdog_gevent.config%ROWTYPE;
    id uuid;
BEGIN
    SELECT * INTO STRICT here FROM pgdog_gevent.config;
    LOOP
        id := pg_catalog.gen_random_uuid();
        IF pg_catalog.satisfies_hash_partition(
            'pgdog_gevent.validator_uuid'::regclass, here.shards, here.shard, id
        ) THEN
            RETURN id;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.next_uuid_auto() IS 'A random uuid that belongs on this shard.';

CREATE OR REPLACE FUNCTION pgdog_gevent.next_id(shards integer, shard integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    id bigint;
BEGIN
    LOOP
        id := pg_catalog.nextval('pgdog_gevent.id_seq');
        IF pg_catalog.satisfies_hash_partition('pgdog_gevent.validator_bigint'::regclass, shards, shard, id) THEN
            RETURN id;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.next_id(integer, integer) IS
    'A number that belongs on the shard of that number, of so many, wherever it is called.';

CREATE OR REPLACE FUNCTION pgdog_gevent.check_table(schema_name text, table_name text)
RETURNS regclass LANGUAGE plpgsql STABLE AS $$
DECLARE
    found regclass := pg_catalog.to_regclass(pg_catalog.format('%I.%I', schema_name, table_name));
BEGIN
    IF found IS NULL THEN
        RAISE undefined_table USING MESSAGE =
            pg_catalog.format('table "%s.%s" does not exist', schema_name, table_name);
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.check_table(text, text) IS 'The table of that name, or an error.';

CREATE OR REPLACE FUNCTION pgdog_gevent.check_column(schema_name text, table_name text, column_name text)
RETURNS regtype LANGUAGE plpgsql STABLE AS $$
DECLARE
    table_id regclass := pgdog_gevent.check_table(schema_name, table_name);
    type_id regtype;
BEGIN
    SELECT atttypid INTO type_id FROM pg_catalog.pg_attribute
    WHERE attrelid = table_id AND attname = column_name AND attnum > 0 AND NOT attisdropped;
    IF type_id IS NULL THEN
        RAISE undefined_column USING MESSAGE =
            pg_catalog.format('column "%s" of table "%s.%s" does not exist', column_name, schema_name, table_name);
    END IF;
    RETURN type_id;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.check_column(text, text, text) IS 'The type of that column, or an error.';

CREATE OR REPLACE FUNCTION pgdog_gevent.set_generator(
    schema_name text, table_name text, column_name text, generator text, lock_timeout text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    timeout_before text := pg_catalog.current_setting('lock_timeout');
BEGIN
    PERFORM pg_catalog.set_config('lock_timeout', lock_timeout, true);
    EXECUTE pg_catalog.format('ALTER TABLE %1$I.%2$I ALTER COLUMN %3$I DROP IDENTITY IF EXISTS, '
        'ALTER COLUMN %3$I SET DEFAULT %4$s', schema_name, table_name, column_name, generator);
    PERFORM pg_catalog.set_config('lock_timeout', timeout_before, true);
END
$$;
COMMENT ON FUNCTION pgdog_gevent.set_generator(text, text, text, text, text) IS
    'Have a column take what an expression gives, instead of whatever numbers it now.';

CREATE OR REPLACE FUNCTION pgdog_gevent.install_next_id(
    schema_name text, table_name text, column_name text DEFAULT 'id', lock_timeout text DEFAULT '1s'
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    generator text := CASE pgdog_gevent.check_column(schema_name, table_name, column_name)
        WHEN 'pg_catalog.uuid'::regtype THEN 'pgdog_gevent.next_uuid_auto()'
        ELSE 'pgdog_gevent.next_id_auto()'
    END;
BEGIN
    PERFORM pgdog_gevent.set_generator(schema_name, table_name, column_name, generator, lock_timeout);
    RETURN generator;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.install_next_id(text, text, text, text) IS
    'Have a column take ids that belong on this shard, from the sequence that all such tables share.';

CREATE OR REPLACE FUNCTION pgdog_gevent.install_sharded_sequence(
    schema_name text, table_name text, column_name text DEFAULT 'id', lock_timeout text DEFAULT '1s'
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := pg_catalog.format('%s_%s_sharded_seq', table_name, column_name);
    sequence_name text;
    generator text;
    highest bigint;
BEGIN
    IF pgdog_gevent.check_column(schema_name, table_name, column_name) = 'pg_catalog.uuid'::regtype THEN
        RETURN pgdog_gevent.install_next_id(schema_name, table_name, column_name, lock_timeout);
    END IF;
    IF pg_catalog.octet_length(name) > 63 THEN
        name := pg_catalog."left"(table_name, 8) || '_' || pg_catalog.md5(name) || '_sharded_seq';
    END IF;
    sequence_name := pg_catalog.format('%I.%I', schema_name, name);
    EXECUTE pg_catalog.format('CREATE SEQUENCE IF NOT EXISTS %s CACHE 100', sequence_name);
    generator := pg_catalog.format('pgdog_gevent.next_id_seq(%L::regclass)', sequence_name);
    PERFORM pgdog_gevent.set_generator(schema_name, table_name, column_name, generator, lock_timeout);
    EXECUTE pg_catalog.format('ALTER SEQUENCE %s OWNED BY %I.%I.%I',
        sequence_name, schema_name, table_name, column_name);
    EXECUTE pg_catalog.format('GRANT USAGE ON SEQUENCE %s TO PUBLIC', sequence_name);
    -- Nobody else can insert now: the table is locked.
    EXECUTE pg_catalog.format('SELECT pg_catalog.max(%I) FROM %I.%I HAVING pg_catalog.max(%I) >= '
        '(SELECT last_value FROM %s)', column_name, schema_name, table_name, column_name, sequence_name) INTO highest;
    IF highest IS NOT NULL THEN
        PERFORM pg_catalog.setval(sequence_name, highest);
    END IF;
    RETURN generator;
END
$$;
COMMENT ON FUNCTION pgdog_gevent.install_sharded_sequence(text, text, text, text) IS
    'Have a column take ids that belong on this shard, from a sequence of its own.';
