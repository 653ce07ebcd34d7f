"""A URL says what a database and a user section would."""

import pytest

from pgdog_gevent.config.urls import BadUrl, tables_from_urls


def test_url_has_all_parts() -> None:
    tables = tables_from_urls(['postgresql://al%40ice:p%2Fw@[::1]:7000/shop'], {})
    assert tables.databases == [{'name': 'shop', 'host': '::1', 'port': 7000}]
    assert tables.users == [{'name': 'al@ice', 'password': 'p/w', 'database': 'shop'}]


def test_missing_parts_have_defaults() -> None:
    tables = tables_from_urls(['postgres://h'], {'USER': 'bob'})
    assert tables.databases == [{'name': 'postgres', 'host': 'h'}]
    assert tables.users == [{'name': 'bob', 'password': 'postgres', 'database': 'postgres'}]


def test_query_holds_keys_of_the_database() -> None:
    query = (
        'database_name=x&role=replica&shard=1&user=u&password=p&pool_size=5&min_pool_size=2&pooler_mode=session'
        '&statement_timeout=100&idle_timeout=200&read_only=yes&server_lifetime=300&server_lifetime_jitter=10'
    )
    (database,) = tables_from_urls([f'postgres://h/shop?{query}'], {}).databases
    assert database == {
        'name': 'shop',
        'host': 'h',
        'database_name': 'x',
        'role': 'replica',
        'shard': 1,
        'user': 'u',
        'password': 'p',
        'pool_size': 5,
        'min_pool_size': 2,
        'pooler_mode': 'session',
        'statement_timeout': 100,
        'idle_timeout': 200,
        'read_only': True,
        'server_lifetime': 300,
        'server_lifetime_jitter': 10,
    }


@pytest.mark.parametrize(
    ('url', 'words'),
    [
        ('mysql://h/x', 'postgres://'),
        ('postgres:///x', 'host'),
        ('postgres://h:99999/x', 'port'),
        ('postgres://h:port/x', 'port'),
        ('postgres://h/x?sslmode=require', 'sslmode'),
        ('postgres://bob:hunter2@[::1/x', 'URL 1'),
    ],
    ids=['scheme', 'host', 'high port', 'word for port', 'unknown key', 'bracket'],
)
def test_other_urls_are_refused(url: str, words: str) -> None:
    with pytest.raises(BadUrl, match=words) as refusal:
        tables_from_urls([url], {})
    assert 'hunter2' not in str(refusal.value)
