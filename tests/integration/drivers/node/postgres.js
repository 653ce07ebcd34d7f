// postgres.js: it prepares everything, pipelines, and keeps a pool of its own.
// Each check runs on a pool of its own; the first that fails ends the process with its name.

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'

const numbers = (length) => Array.from({ length }, (_, n) => n)

const checks = {
  async 'values come back as they were sent'(sql) {
    const when = new Date('1999-12-31T23:59:59.999Z')
    const [row] = await sql`SELECT ${true}::bool, ${-32767}::int2, ${'9223372036854775807'}::int8 AS large,
      ${1.0000000000000002}::float8, ${'naïve ☃ \\ \' $1'}::text, ${Buffer.from([0, 255])}::bytea,
      ${sql.json({ a: [1, null] })}::jsonb, ${[1, -2]}::int4[] AS list, ${when}::timestamptz, ${null}::int AS nothing`
    assert.deepEqual(Object.values(row), [true, -32767, '9223372036854775807', 1.0000000000000002, 'naïve ☃ \\ \' $1',
      Buffer.from([0, 255]), { a: [1, null] }, [1, -2], when, null])
    const large = '☃'.repeat(1_000_000)
    assert.equal((await sql`SELECT ${large}::text AS t`)[0].t, large)
  },

  async 'statements prepared on one connection follow it'(sql) {
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(numbers(100).map((n) => sql`SELECT ${n}::int * 2 AS doubled`))
      assert.deepEqual(answers.map(([{ doubled }]) => doubled), numbers(100).map((n) => 2 * n))
    }
  },

  async 'statements without preparation work as well'() {
    const sql = postgres({ prepare: false, max: 3 })
    const answers = await Promise.all(numbers(100).map((n) => sql`SELECT ${n}::int AS n`))
    assert.deepEqual(answers.map(([{ n }]) => n), numbers(100))
    await sql.end()
  },

  async 'a transaction commits, rolls back and has savepoints'(sql) {
    await sql`CREATE TABLE saved (x int)`
    await sql.begin(async (sql) => {
      await sql`INSERT INTO saved VALUES (1)`
      await assert.rejects(sql.savepoint(async (sql) => {
        await sql`INSERT INTO saved VALUES (2)`
        await sql`SELECT 1 / ${0}::int`
      }), { code: '22012' })
      await Promise.all([sql`INSERT INTO saved VALUES (3)`, sql`INSERT INTO saved VALUES (4)`])
    })
    await assert.rejects(sql.begin(async (sql) => {
      await sql`INSERT INTO saved VALUES (5)`
      throw new Error('no')
    }), { message: 'no' })
    assert.deepEqual((await sql`SELECT x FROM saved ORDER BY x`).map(({ x }) => x), [1, 3, 4])
  },

  async 'a cursor reads in portions'(sql) {
    const found = []
    await sql`SELECT n FROM generate_series(1, 1000) AS n`.cursor(77, (rows) => { found.push(...rows.map(({ n }) => n)) })
    assert.deepEqual(found, numbers(1000).map((n) => n + 1))
  },

  async 'COPY goes both ways'(sql) {
    await sql`CREATE TABLE streamed (n int, t text)`
    const lines = numbers(20_000).map((n) => `${n}\trow ${n} ☃\n`)
    await pipeline(Readable.from(lines), await sql`COPY streamed FROM STDIN`.writable())
    const chunks = []
    for await (const chunk of await sql`COPY (SELECT * FROM streamed ORDER BY n) TO STDOUT`.readable()) chunks.push(chunk)
    assert.equal(Buffer.concat(chunks).toString(), lines.join(''))
  },

  async 'errors have their fields'(sql) {
    await sql`CREATE TABLE once (x int CONSTRAINT only_one PRIMARY KEY)`
    await sql`INSERT INTO once VALUES (1)`
    await assert.rejects(sql`INSERT INTO once VALUES (${1})`, { code: '23505', constraint_name: 'only_one' })
    await assert.rejects(sql`SELECT nothing`, { code: '42703', position: '8' })
  },

  async 'a cancel ends the statement and not the session'(sql) {
    const sleeping = sql`SELECT pg_sleep(60) /* interrupted js */`.execute()
    const running = () => sql`SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()
      AND query LIKE '%/* interrupted js%'`
    while ((await running()).length === 0);
    sleeping.cancel()
    await assert.rejects(sleeping, { code: '57014' })
    assert.deepEqual([...await sql`SELECT 1 AS n`], [{ n: 1 }])
  },

  async 'a notification reaches who listens'(sql) {
    const paper = new Promise((resolve) => { sql.listen('news', resolve, () => sql.notify('news', 'paper')) })
    assert.equal(await paper, 'paper')
  }
}

for (const [name, check] of Object.entries(checks)) {
  const sql = postgres({ max: 3, onnotice: () => {} })
  try {
    await check(sql)
  } catch (error) {
    console.error(`${name}:`, error)
    process.exit(1)
  }
  await sql.end()
  console.log(name)
}
