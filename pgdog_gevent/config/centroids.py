"""Centroids that are in files of their own, read once, so that all processes and each reload know the same ones."""

from typing import Final

from pydantic import TypeAdapter, ValidationError

from pgdog_gevent.config.findings import Finding, error
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.sharding import ShardedTable

_VECTORS: Final = TypeAdapter(tuple[tuple[float, ...], ...])


def with_centroids(config: Config) -> tuple[Config, tuple[Finding, ...]]:
    """Return the configuration with the centroids of all ``centroids_path``, and what is wrong with these files."""
    if all(table.centroids_path is None for table in config.sharded_tables):
        return config, ()
    findings: list[Finding] = []
    tables = tuple(_filled(index, table, findings) for index, table in enumerate(config.sharded_tables))
    return config.model_copy(update={'sharded_tables': tables}), tuple(findings)


def _filled(index: int, table: ShardedTable, findings: list[Finding]) -> ShardedTable:
    if table.centroids_path is None:
        return table
    place = f'sharded_tables[{index}].centroids_path'
    if table.centroids:
        findings.append(error(place, 'there are centroids beside it', 'give one of the two'))
        return table
    try:
        vectors = _VECTORS.validate_json(table.centroids_path.read_bytes())
    except OSError as failure:
        findings.append(error(place, f'cannot be read: {failure.strerror}'))
    except ValidationError:
        findings.append(error(place, 'expected a file with a list of lists of numbers, in JSON'))
    else:
        return table.model_copy(update={'centroids': vectors})
    return table
