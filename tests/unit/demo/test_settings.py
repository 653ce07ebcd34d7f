"""The text of a cluster's configuration."""

from pathlib import Path

from pgdog_gevent.demo.settings import ClusterSettings, ServerTls, pg_hba_conf, postgresql_conf

TLS = ServerTls(certificate=b'c', key=b'k', authority=b'a')


def test_a_cluster_overrides_what_all_have() -> None:
    conf = postgresql_conf(ClusterSettings(parameters={'max_connections': '7'}), Path('/d'))
    assert "max_connections = '7'\n" in conf
    assert conf.count('max_connections') == 1
    assert "unix_socket_directories = '/d'\n" in conf


def test_quotes_in_a_setting_are_doubled() -> None:
    conf = postgresql_conf(ClusterSettings(parameters={'application_name': "it's"}), Path('/d'))
    assert "application_name = 'it''s'\n" in conf


def test_tls_is_on_only_with_certificates() -> None:
    assert 'ssl = ' not in postgresql_conf(ClusterSettings(), Path('/d'))
    assert "ssl = 'on'\n" in postgresql_conf(ClusterSettings(tls=TLS), Path('/d'))


def test_the_administrator_comes_first_whatever_the_rules() -> None:
    assert pg_hba_conf(['host all all all reject']).splitlines() == [
        'local all postgres trust',
        'local replication postgres trust',
        'host all all all reject',
    ]
