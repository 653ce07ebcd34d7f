"""Keeps the statements of a database's clients to tenants (``[multi_tenant]``): all others are refused."""

from collections import OrderedDict
from typing import Final

from pgdog_gevent.backend.layout import Layout
from pgdog_gevent.errors import TenantMissing
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.tenants import Tenants

Path = tuple[str, ...]

_LONGEST_KEPT: Final = 65_536
"""Bytes of a text."""
_UNREAD: Final = Refused('no multi tenant id: the text cannot be read')


class Guard:
    """Judges texts by the tables of a database, and remembers its judgements as long as those stay what they are."""

    def __init__(self, layout: Layout, column: str, limit: int) -> None:
        """``limit``: how many texts are remembered."""
        self._layout = layout
        self._column = column
        self._limit = limit
        self._catalog: Catalog | None = None
        self._tenants: dict[Path, Tenants] = {}
        self._judgements: OrderedDict[tuple[Path, bytes], Refused | None] = OrderedDict()

    def check(self, sql: bytes, search_path: Path) -> None:
        """Raises TenantMissing if a text does not keep to tenants, CannotConnectNow while no tables are known."""
        catalog = self._layout.catalog
        if catalog is not self._catalog:
            self._catalog = catalog
            self._tenants.clear()
            self._judgements.clear()
        refused = self._judgement(sql, search_path)
        if refused is not None:
            raise TenantMissing(refused.why, hint=refused.hint)

    def _judgement(self, sql: bytes, search_path: Path) -> Refused | None:
        key = search_path, sql
        if key in self._judgements:
            self._judgements.move_to_end(key)
            return self._judgements[key]
        judgement = self._judge(sql, search_path)
        if len(sql) <= _LONGEST_KEPT:
            self._judgements[key] = judgement
            if len(self._judgements) > self._limit:
                self._judgements.popitem(last=False)
        return judgement

    def _judge(self, sql: bytes, search_path: Path) -> Refused | None:
        try:
            tree = parse(sql)
        except Unparseable:
            return _UNREAD
        tenants = self._tenants.get(search_path)
        if tenants is None:
            tenants = self._tenants[search_path] = Tenants(self._layout.known(search_path), self._column)
        return next(filter(None, map(tenants.against, tree.stmts)), None)
