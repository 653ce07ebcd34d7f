-- The decisions of transactions on several shards. Run by "pgdog-gevent setup" on each shard, and by the proxy at the
-- first commit in two phases, if its user may; it may be run again.

CREATE SCHEMA IF NOT EXISTS pgdog_gevent;
GRANT USAGE ON SCHEMA pgdog_gevent TO PUBLIC;

CREATE TABLE IF NOT EXISTS pgdog_gevent.decision (
    name text COLLATE "C" NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('commit', 'abort')),
    participants integer[] NOT NULL,
    owner name NOT NULL DEFAULT current_user,
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (name, owner)
);
COMMENT ON TABLE pgdog_gevent.decision IS
    'What has been decided of transactions on several shards; kept until all shards have done it, and a little longer.';

-- Nobody makes, sees or removes decisions of others, nor is in their way.
ALTER TABLE pgdog_gevent.decision ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own ON pgdog_gevent.decision;
CREATE POLICY own ON pgdog_gevent.decision USING (owner = current_user) WITH CHECK (owner = current_user);
GRANT SELECT, INSERT ON pgdog_gevent.decision TO PUBLIC;

-- Who may DELETE may also lock the table, and so hold up all commits.
CREATE OR REPLACE FUNCTION pgdog_gevent.forget(names text[]) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS
    'DELETE FROM pgdog_gevent.decision WHERE name = ANY (names) AND owner = session_user';
COMMENT ON FUNCTION pgdog_gevent.forget(text[]) IS 'Remove decisions of who asks.';
