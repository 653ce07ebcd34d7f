// node-postgres: values, named statements, cursors, COPY, transactions, errors, cancel, notices, its pool.
// Each check runs on a connection of its own; the first that fails ends the process with its name.

import assert from 'node:assert/strict'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import pg from 'pg'
import Cursor from 'pg-cursor'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

const checks = {
  async 'values come back as they were sent'(client) {
    const sent = [true, -32767, '9223372036854775807', 1.0000000000000002, '-123456789012345678.125', 'naïve ☃ \\ \' $1',
      Buffer.from([0, 1, 254, 255]), { a: [1, null] }, [1, -2, 3], null]
    const types = ['bool', 'int2', 'int8', 'float8', 'numeric', 'text', 'bytea', 'jsonb', 'int4[]', 'int4']
    const text = `SELECT ${types.map((type, n) => `$${n + 1}::${type} AS c${n}`)}`
    const { rows } = await client.query({ text, values: sent, rowMode: 'array' })
    assert.deepEqual(rows, [sent])
    const large = '☃'.repeat(1_000_000)
    assert.equal((await client.query('SELECT $1::text AS t', [large])).rows[0].t, large)
  },

  async 'named statements follow the client'(client, others) {
    const pids = new Set()
    for (let n = 0; n < 9; n++) {
      await others.held(n % 3, async () => {
        const { rows } = await client.query({
          name: 'twice', text: 'SELECT $1::int * 2 AS doubled, pg_backend_pid() AS pid', values: [n]
        })
        assert.equal(rows[0].doubled, 2 * n)
        pids.add(rows[0].pid)
      })
    }
    assert.equal(pids.size > 1, process.env.POOLER_MODE === 'transaction')
  },

  async 'queries that are sent at once are answered in order'(client) {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => client.query('SELECT $1::int AS n', [n])))
    assert.deepEqual(answers.map(({ rows }) => rows[0].n), Array.from({ length: 200 }, (_, n) => n))
  },

  async 'several statements in one text give several results'(client) {
    const results = await client.query('SELECT 1 AS a; CREATE TEMP TABLE mine (); SELECT 2 AS a')
    assert.deepEqual(results.map(({ command, rows }) => [command, ...rows.map(({ a }) => a)]),
      [['SELECT', 1], ['CREATE'], ['SELECT', 2]])
  },

  async 'a cursor reads in portions'(client) {
    await client.query('BEGIN')
    const cursor = client.query(new Cursor('SELECT n FROM generate_series(1, $1::int) AS n', [1000]))
    const found = []
    for (let rows; (rows = await cursor.read(77)).length > 0;) found.push(...rows.map(({ n }) => n))
    await cursor.close()
    await client.query('COMMIT')
    assert.deepEqual(found, Array.from({ length: 1000 }, (_, n) => n + 1))
  },

  async 'COPY goes both ways'(client) {
    await client.query('CREATE TABLE copied (n int, t text)')
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n}\trow ${n} ☃\n`)
    await pipeline(Readable.from(lines), client.query(copyFrom('COPY copied FROM STDIN')))
    const chunks = []
    for await (const chunk of client.query(copyTo('COPY (SELECT * FROM copied ORDER BY n) TO STDOUT'))) chunks.push(chunk)
    assert.equal(Buffer.concat(chunks).toString(), lines.join(''))
    await assert.rejects(pipeline(Readable.from(['no number\tx\n']), client.query(copyFrom('COPY copied FROM STDIN'))),
      { code: '22P02' })
    assert.equal((await client.query('SELECT count(*)::int AS n FROM copied')).rows[0].n, 20_000)
  },

  async 'a transaction fails and is rolled back'(client) {
    await client.query('CREATE TABLE kept (x int PRIMARY KEY)')
    await client.query('BEGIN')
    await client.query('INSERT INTO kept VALUES ($1)', [1])
    await assert.rejects(client.query('INSERT INTO kept VALUES ($1)', [1]),
      { code: '23505', constraint: 'kept_pkey', detail: 'Key (x)=(1) already exists.' })
    await assert.rejects(client.query('SELECT 1'), { code: '25P02' })
    await client.query('ROLLBACK')
    assert.equal((await client.query('SELECT * FROM kept')).rowCount, 0)
  },

  async 'an error spares the statements after it'(client) {
    const [first, wrong, last] = await Promise.allSettled([
      client.query('SELECT 1 AS n'), client.query('SELECT 1 / $1::int', [0]), client.query('SELECT 3 AS n')
    ])
    assert.deepEqual([first.value.rows[0].n, wrong.reason.code, last.value.rows[0].n], [1, '22012', 3])
  },

  async 'a cancel ends the statement and not the session'(client, others) {
    // It may end before the other connection is closed: somebody has to wait for it by then.
    const ended = assert.rejects(client.query('SELECT pg_sleep(60) /* interrupted */'), { code: '57014' })
    await others.held(1, async ([other]) => {
      const running = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%/* interrupted%' "
        + 'AND pid <> pg_backend_pid()'
      while ((await other.query(running)).rowCount === 0);
      new pg.Client().cancel(client, client.activeQuery ?? client._activeQuery)
    })
    await ended
    assert.equal((await client.query('SELECT 1 AS n')).rows[0].n, 1)
  },

  async 'notices and notifications arrive'(client) {
    const heard = []
    client.on('notice', ({ severity, message }) => heard.push([severity, message]))
    client.on('notification', ({ channel, payload }) => heard.push([channel, payload]))
    await client.query("DO $$ BEGIN RAISE NOTICE 'look'; END $$")
    await client.query('LISTEN news')
    await client.query("NOTIFY news, 'paper'")
    await client.query('SELECT 1')
    assert.deepEqual(heard, [['NOTICE', 'look'], ['news', 'paper']])
  },

  async 'the pool of the driver serves many at once'() {
    const pool = new pg.Pool({ max: 5 })
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => pool.query('SELECT $1::int AS n', [n])))
    assert.deepEqual(answers.map(({ rows }) => rows[0].n), Array.from({ length: 200 }, (_, n) => n))
    await pool.end()
  }
}

const others = {
  async held(count, act) {
    const clients = Array.from({ length: count }, () => new pg.Client())
    for (const client of clients) {
      await client.connect()
      await client.query('BEGIN')
    }
    try {
      await act(clients)
    } finally {
      await Promise.all(clients.map((client) => client.end()))
    }
  }
}

for (const [name, check] of Object.entries(checks)) {
  const client = new pg.Client()
  await client.connect()
  try {
    await check(client, others)
  } catch (error) {
    console.error(`${name}:`, error)
    process.exit(1)
  }
  await client.end()
  console.log(name)
}
