"""psql: scripts, descriptions of tables, COPY both ways, cursors, errors, Ctrl-C, notifications."""

import shutil
import signal
import subprocess

import pytest

from tests.integration.drivers.front import Front

pytestmark = pytest.mark.skipif(shutil.which('psql') is None, reason='psql is not installed')


def start(front: Front, *arguments: str) -> 'subprocess.Popen[str]':
    """Start psql with plain output and without anybody's settings."""
    return subprocess.Popen(
        ['psql', '--no-psqlrc', '--no-align', '--tuples-only', *arguments],
        env=front.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(front: Front, script: str, *arguments: str) -> tuple[int, str, str]:
    """Have psql run a script; return its exit status, what it printed and what it complained about."""
    with start(front, '--set=VERBOSITY=verbose', *arguments) as psql:
        printed, complaints = psql.communicate(script, timeout=20)
    return psql.returncode, printed, complaints


def test_several_statements_in_one_text_are_one_transaction(front: Front) -> None:
    sql = 'CREATE TABLE kept (x int); INSERT INTO kept VALUES (1); SELECT 1/0'
    status, printed, complaints = run(front, '', '-c', sql)
    assert (status, printed) == (1, 'CREATE TABLE\nINSERT 0 1\n')
    assert 'ERROR:  22012: division by zero' in complaints
    assert front.behind("SELECT to_regclass('kept')") == [(None,)]


def test_a_script_goes_on_after_an_error_unless_told_to_stop(front: Front) -> None:
    script = 'SELECT 1;\nSELECT nothing;\nSELECT 2;\n'
    status, printed, complaints = run(front, script)
    assert (status, printed) == (0, '1\n2\n')
    assert 'ERROR:  42703: column "nothing" does not exist' in complaints
    assert 'LINE 1: SELECT nothing;\n               ^' in complaints
    status, printed, _ = run(front, script, '--set=ON_ERROR_STOP=1')
    assert (status, printed) == (3, '1\n')


def test_a_table_is_described(front: Front) -> None:
    front.behind('CREATE TABLE described (id serial PRIMARY KEY, "naïve ☃" text NOT NULL)')
    _, printed, complaints = run(front, '\\d described\n\\dt\n\\di\n')
    assert 'naïve ☃|text||not null|' in printed
    assert 'public|described_pkey|index|postgres|described' in printed
    assert 'public|described|table|postgres' in printed
    assert complaints == ''


def test_variables_take_results_and_make_statements(front: Front) -> None:
    script = """SELECT 6 AS six, 7 AS seven \\gset
SELECT :six * :seven;
SELECT format('SELECT %s', n) FROM generate_series(1, 3) n \\gexec
"""
    assert run(front, script) == (0, '42\n1\n2\n3\n', '')


def test_copy_goes_both_ways(front: Front) -> None:
    front.behind('CREATE TABLE copied (n int, t text)')
    lines = ''.join(f'{n}\trow {n} ☃\n' for n in range(20_000))
    assert run(front, f'COPY copied FROM STDIN;\n{lines}\\.\n') == (0, 'COPY 20000\n', '')
    assert run(front, '\\copy (SELECT * FROM copied ORDER BY n) TO STDOUT\n') == (0, lines, '')
    wrong = 'COPY copied FROM STDIN;\nno number\tx\n\\.\nSELECT 1;\n'
    status, _, complaints = run(front, wrong, '--set=ON_ERROR_STOP=1')
    assert status == 3
    assert 'ERROR:  22P02' in complaints
    assert 'CONTEXT:  COPY copied, line 1, column n: "no number"' in complaints
    assert front.behind('SELECT count(*) FROM copied') == [(20_000,)]


def test_rows_are_fetched_in_portions(front: Front) -> None:
    expected = ''.join(f'{n}\n' for n in range(1, 1001))
    assert run(front, '\\set FETCH_COUNT 7\nSELECT generate_series(1, 1000);\n') == (0, expected, '')


def test_transactions_savepoints_and_rollback_on_error(front: Front) -> None:
    front.behind('CREATE TABLE kept (x int)')
    script = """\\set ON_ERROR_ROLLBACK on
BEGIN; INSERT INTO kept VALUES (1);
SELECT 1/0;
INSERT INTO kept VALUES (2);
COMMIT;
\\set ON_ERROR_ROLLBACK off
BEGIN; INSERT INTO kept VALUES (3); SELECT 1/0;
SELECT 1;
COMMIT;
"""
    _, printed, complaints = run(front, script, '--quiet')
    assert printed == ''
    assert complaints.count('ERROR:  22012') == 2
    assert complaints.count('ERROR:  25P02') == 1
    assert front.behind('SELECT x FROM kept ORDER BY x') == [(1,), (2,)]


def test_statements_prepared_in_sql_stay_with_the_client(front: Front) -> None:
    script = 'PREPARE twice AS SELECT $1::int * 2;\nEXECUTE twice(21);\nEXECUTE twice(4);\n'
    assert run(front, script, '--quiet') == (0, '42\n8\n', '')
    _, _, complaints = run(front, 'EXECUTE twice(21);\n')
    assert 'ERROR:  26000: prepared statement "twice" does not exist' in complaints


def test_ctrl_c_cancels_the_statement(front: Front) -> None:
    with start(front, '--set=VERBOSITY=verbose', '-c', 'SELECT pg_sleep(60) /* interrupted */') as psql:
        front.wait_until_running('interrupted')
        psql.send_signal(signal.SIGINT)
        printed, complaints = psql.communicate(timeout=20)
    assert 'ERROR:  57014: canceling statement due to user request' in complaints
    assert (psql.returncode, printed) == (1, '')


def test_notices_and_notifications_are_printed(front: Front) -> None:
    script = "DO $$ BEGIN RAISE NOTICE 'look'; END $$;\nLISTEN news;\nNOTIFY news, 'paper';\n"
    _, printed, complaints = run(front, script, '--quiet')
    assert 'Asynchronous notification "news" with payload "paper" received' in printed
    assert 'NOTICE:  00000: look' in complaints


def test_what_a_client_leaves_behind_is_not_there_for_the_next(front: Front) -> None:
    leave = "SET work_mem = '123kB';\nCREATE TEMP TABLE mine ();\nSELECT pg_advisory_lock(1);\nSHOW work_mem;\n"
    assert run(front, leave, '--quiet') == (0, '\n123kB\n', '')
    found = "SHOW work_mem;\nSELECT to_regclass('mine'), pg_try_advisory_lock(1);\n"
    for held in range(3):
        with front.connections_held(held):
            assert run(front, found) == (0, '4MB\n|t\n', '')
