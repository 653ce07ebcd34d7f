"""Clusters as a configuration makes them, whose pools have no connection yet."""

from typing import Final

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.lender import Lender
from pgdog_gevent.config.settings import Config

CONFIG: Final = Config.model_validate({
    'databases': [{'name': 'app', 'host': 'db'}],
    'users': [{'name': name, 'database': 'app', 'password': 'secret'} for name in ('alice', 'bob')],
})
"""Two users of one database on one server."""


def clusters(lender: Lender | None = None) -> Clusters:
    """Their clusters, of one pool each."""
    return Clusters(CONFIG, lender)
