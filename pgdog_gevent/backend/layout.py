"""Where the rows of a database of several shards are, for one user: what its statements are planned by."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.known_catalog import KnownCatalog
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.errors import CannotConnectNow, ServerViolation
from pgdog_gevent.merge.description import Description
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.catalog import Catalog, TypeKind
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.own_types import TypeNumbers
from pgdog_gevent.router.rules import Rules
from pgdog_gevent.router.texts import Texts

_MOST_PATHS: Final = 32
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_IDENTIFIER: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,"\s]*))\s*(?:,|$)')


_SETS_PATH: Final = ('search_path', 'session_authorization', 'role')
_ASK_PATH: Final = b"SELECT pg_catalog.current_setting('search_path'), current_user"


class PathOf(NamedTuple):
    """The value of search_path, and who is meant by ``$user``: the user that the session has become."""

    path: str
    user: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a server says of a text: the types of its parameters, as in Parse, and its columns."""

    types: bytes
    description: Description | None


class Layout:
    """Keeps what texts mean, as long as rules and catalog stay what they are."""

    def __init__(self, known_catalog: KnownCatalog, ask_path: Callable[[Settings], PathOf]) -> None:
        """``ask_path``: what a server says of search_path under such settings."""
        self._known_catalog = known_catalog
        self._ask_path = ask_path
        self._rules: Rules | None = None
        self.looks_up = False
        """Whether sharding keys may have to be looked up."""
        self.gives_keys = False
        """Whether INSERTs that have no primary key are given one."""
        self._catalog: Catalog | None = None
        self.shards = 0
        """How many there are; while all is done on one, how many there are to be."""
        self._numbered: tuple[Mapping[int, Catalog], int] = ({}, 0)
        self._numbers = TypeNumbers()
        self._limit = 0
        self._texts: OrderedDict[tuple[str, ...], Texts[Shape]] = OrderedDict()
        self._paths: dict[frozenset[tuple[str, bytes]], tuple[str, ...]] = {}

    def configure(self, known_catalog: KnownCatalog, rules: Rules, shards: int, limit: int) -> None:
        """Take new rules. ``limit``: how many texts are kept."""
        self._known_catalog, self._rules, self.shards, self._limit = known_catalog, rules, shards, limit
        self.looks_up = rules.looks_up
        self.gives_keys = shards > 1 and rules.rewrite.primary_key in (RewriteMode.REWRITE, RewriteMode.REWRITE_OMNI)
        self._texts.clear()
        self._paths.clear()

    def knows(self, settings: Settings) -> bool:
        """Whether no server need be asked for ``path_set_by``."""
        return _path_settings(settings) in self._paths

    def path_set_by(self, settings: Settings) -> tuple[str, ...]:
        """The schemas in which names are looked for by a session with these settings."""
        key = _path_settings(settings)
        path = self._paths.get(key)
        if path is None:
            if len(self._paths) >= _MOST_PATHS:
                self._paths.clear()
            has_say = {name: sql for name, sql in settings.items() if name in _SETS_PATH}
            path = self._paths[key] = read_path(self._ask_path(has_say))
        return path

    def path_at(self, connection: BackendConnection) -> tuple[str, ...]:
        """Those of a server's session, which is asked. Raises ServerError, ServerLost."""
        return read_path(ask_path(connection))

    def texts(self, search_path: tuple[str, ...]) -> Texts[Shape]:
        """What texts mean to a session with this search_path. Raises CannotConnectNow while nothing is known."""
        catalog = self.catalog
        if catalog is not self._catalog:
            self._texts.clear()
            self._catalog = catalog
        texts = self._texts.get(search_path)
        if texts is None:
            texts = self._texts[search_path] = Texts(self.known(search_path), self._limit)
            if len(self._texts) > _MOST_PATHS:
                self._texts.popitem(last=False)
        return texts

    def known(self, search_path: tuple[str, ...]) -> Known:
        """All that is known, for a session with this search_path. Raises as ``catalog``."""
        return Known(self.catalog, self.rules, search_path, self.shards, self.numbers.own)

    @property
    def numbers(self) -> TypeNumbers:
        """The OIDs of types, where shards differ."""
        known = self._known_catalog
        numbered = known.by_shard, known.reference
        if self._numbered[0] is not numbered[0] or self._numbered[1] != numbered[1]:
            self._numbered = numbered
            self._numbers = TypeNumbers.of(*numbered)
        return self._numbers

    @property
    def spokesman(self) -> int | None:
        """The shard that says what catalogs say; ``None`` if all are known to say the same."""
        alike = not self._known_catalog.drift and not self.numbers.outward
        return None if alike and len(self._known_catalog.by_shard) == self.shards else self.numbers.reference

    @property
    def rules(self) -> Rules:
        """What the configuration says of its shards."""
        assert self._rules is not None
        return self._rules

    @property
    def sorts_by_bytes(self) -> bool:
        """Whether the database sorts text by its bytes where nothing else is said."""
        return self.catalog.default_collation.bytewise

    @property
    def catalog(self) -> Catalog:
        """Raises CannotConnectNow while nothing is known."""
        known = self._known_catalog
        catalog = known.wait() if known.outdated else known.current
        if catalog is None:
            raise CannotConnectNow(
                f'the tables of database "{known.database}" are not known yet',
                detail='; '.join(f'shard {shard}: {why}' for shard, why in known.failures.items()),
                hint='load_schema must not be off for a database with several shards.' if not known.shards else '',
            )
        return catalog

    def array_of(self, oid: int) -> int | None:
        """OID of the type of arrays of a type, if its values can be unnested from one."""
        found = self.catalog.type(oid)
        if found is None or found.kind not in (TypeKind.BASE, TypeKind.ENUM, TypeKind.RANGE) or found.element:
            return None
        return found.array or None


def ask_path(connection: BackendConnection) -> PathOf:
    """The search_path of a session. Raises ServerError, ServerLost, ServerViolation."""
    rows = connection.run(_ASK_PATH)
    values = decode_row(rows[0]) if len(rows) == 1 else ()
    if len(values) != 2:
        raise ServerViolation('the server says of its search_path what cannot be')
    path, user = values
    return PathOf((path or b'').decode(), (user or b'').decode())


def read_path(found: PathOf) -> tuple[str, ...]:
    """The schemas that it names."""
    return tuple(found.user if name == '$user' else name for name in identifiers(found.path))


def _path_settings(settings: Settings) -> frozenset[tuple[str, bytes]]:
    return frozenset((name, settings[name]) for name in _SETS_PATH if name in settings)


def identifiers(value: str) -> list[str]:
    """Split a list of identifiers as PostgreSQL's SplitIdentifierString does."""
    found, at = [], 0
    while (match := _IDENTIFIER.match(value, at)) is not None and match.end() > at:
        quoted, plain = match.groups()
        found.append(quoted.replace('""', '"') if quoted is not None else plain.translate(_LOWER))
        at = match.end()
    return [name for name in found if name]
