"""What a client has set: how long a hint holds."""

import pytest

from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.startup_settings import startup_settings
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.shard_hints import ShardHint, ShardNamed


def parameters(*statements: str, shard: str = '') -> Parameters:
    """A session in which these have succeeded."""
    session = Parameters(startup_settings({'pgdog.shard': shard} if shard else {}), 'shop')
    for sql in statements:
        for effects in analyze(sql.encode()).effects:
            for effect in effects:
                session.take(effect, rolled_back=False)
    return session


@pytest.mark.parametrize(
    ('statements', 'hint'),
    [
        (['SET pgdog.shard TO 1'], ShardNamed('1')),
        (['SET pgdog.shard TO 1', 'RESET pgdog.shard'], ShardNamed('0')),
        (['BEGIN', 'SET LOCAL pgdog.shard TO 1'], ShardNamed('1')),
        (['BEGIN', 'SET LOCAL pgdog.shard TO 1', 'COMMIT'], ShardNamed('0')),
        (['BEGIN', 'SET LOCAL pgdog.shard TO 1', 'ROLLBACK'], ShardNamed('0')),
        (['BEGIN', 'SET LOCAL pgdog.shard TO 1', 'SET pgdog.shard TO 2'], ShardNamed('2')),
        (['BEGIN', 'SET LOCAL pgdog.shard TO 1', 'RESET ALL'], ShardNamed('0')),
        (['BEGIN', 'SET pgdog.shard TO 2', 'SET LOCAL pgdog.shard TO DEFAULT'], ShardNamed('0')),
        (['BEGIN', 'SAVEPOINT a', 'SET LOCAL pgdog.shard TO 1', 'ROLLBACK TO a'], ShardNamed('0')),
        (
            ['BEGIN', 'SET LOCAL pgdog.shard TO 1', 'SAVEPOINT a', 'SET LOCAL pgdog.shard TO 2', 'ROLLBACK TO a'],
            ShardNamed('1'),
        ),
        (['BEGIN', 'SET pgdog.shard TO 2', 'ROLLBACK'], ShardNamed('0')),
    ],
    ids=lambda value: '; '.join(value) if isinstance(value, list) else '',
)
def test_hint_holds_as_long_as_its_setting(statements: list[str], hint: ShardHint) -> None:
    assert parameters(*statements, shard='0').shard_hint == hint


def test_session_without_a_hint_asks_for_no_shard() -> None:
    assert parameters('SET a.b TO 1').shard_hint is None
