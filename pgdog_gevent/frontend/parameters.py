"""The run-time parameters that one client has set, with the semantics of transactions and savepoints."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.backend.prepared import Reading
from pgdog_gevent.backend.settings import NO_SETTINGS, Settings, with_setting, without_setting
from pgdog_gevent.config.choices import Role
from pgdog_gevent.router.hints import defaults_to_read_only, defaults_to_serializable, session_role, value_set_by
from pgdog_gevent.router.shard_hints import ShardHint, session_hint
from pgdog_gevent.router.statement import (
    READING,
    Commit,
    DiscardAll,
    Effect,
    ReleaseSavepoint,
    ResetAll,
    ResetParameter,
    Rollback,
    RollbackTo,
    Savepoint,
    SetLocal,
    SetLocalHint,
    SetParameter,
)

Hints = Mapping[str, str | None]
"""What SET LOCAL has said of ``pgdog.shard`` and ``pgdog.sharding_key``."""

NO_HINTS: Final[Hints] = {}
_NOTHING: Final[frozenset[str]] = frozenset()


class Parameters:
    """What this client has set, and what its transaction would take back.

    ``current`` is what its next statement must find in force. ``SET LOCAL`` is not here, but for hints: it ends with
    its transaction, which stays on one server, or whose servers all hear of it.
    """

    __slots__ = (
        '_committed', '_database', '_hints', '_hints_of', '_local', '_read', '_reading', '_role', '_role_of',
        '_savepoints', '_serializable', '_shard_hint', '_startup', '_undone', 'current',
    )  # fmt: skip

    def __init__(self, startup: Settings, database: str) -> None:
        self._startup = startup
        self._database = database.encode()
        self._committed = startup
        self.current = startup
        self._savepoints: list[tuple[str, Settings, Hints]] = []
        self._undone = _NOTHING
        self._local = False
        self._read = NO_SETTINGS
        self._reading: Reading = (self._database,)
        self._role: Role | None = None
        self._serializable = False
        self._role_of = NO_SETTINGS
        self._hints = NO_HINTS
        self._shard_hint: ShardHint | None = None
        self._hints_of: tuple[Settings, Hints] = (NO_SETTINGS, NO_HINTS)

    @property
    def role(self) -> Role | None:
        """Which kind of server the session asks for by ``pgdog.role``."""
        if self._role_of is not self.current:
            self._role_of = self.current
            self._role = session_role(self.current)
            self._serializable = self.serializable
        return self._role

    @property
    def startup_role(self) -> Role | None:
        """What it asked for when it connected, which counts more than all that comes later."""
        return session_role(self._startup)

    @property
    def shard_hint(self) -> ShardHint | None:
        """The shard that the session asks for by ``pgdog.shard`` or ``pgdog.sharding_key``, SET LOCAL first."""
        settings, hints = self._hints_of
        if settings is not self.current or hints is not self._hints:
            self._hints_of = (self.current, self._hints)
            self._shard_hint = session_hint(self.current, self._hints)
        return self._shard_hint

    @property
    def serializable(self) -> bool:
        """Whether transactions are SERIALIZABLE unless they say otherwise."""
        return defaults_to_serializable(self.current)

    @property
    def routed(self) -> bool:
        """Whether the session's settings have a say in where its statements go."""
        return self.role is not None or self._serializable

    @property
    def read_only(self) -> bool:
        """Whether transactions are read only unless they say otherwise."""
        return defaults_to_read_only(self.current)

    @property
    def reading(self) -> Reading | None:
        """How what the client prepares now is read; ``None`` if it has said so by SET LOCAL."""
        if self._read is not self.current:
            self._read = self.current
            self._reading = (self._database, *(sql for name, sql in self.current.items() if name in READING))
        return None if self._local else self._reading

    @property
    def in_force(self) -> Settings:
        """What the server has after the statements so far.

        RESET means something else there: the server falls back to its own defaults, the client to what it asked for
        when it connected.
        """
        if not self._undone:
            return self.current
        return {name: sql for name, sql in self.current.items() if name not in self._undone}

    def applied(self) -> None:
        """The server has been given ``current``."""
        self._undone = _NOTHING

    def take(self, effect: Effect, *, rolled_back: bool) -> None:
        """A statement has succeeded; ``rolled_back`` when its COMMIT turned out to be a ROLLBACK."""
        match effect:
            case SetParameter(name, sql):
                self.current = with_setting(self.current, name, sql)
                self._undone -= {name}
                self._forget_hint(name)
            case SetLocal():
                self._local = True
            case SetLocalHint(name, value):
                self._hint_locally(name, value)
            case ResetParameter(name):
                self._reset(name)
            case ResetAll():
                self._reset_all()
            case DiscardAll():
                self.current = self._startup
                self._undone = frozenset(self._startup)
                self._hints = NO_HINTS
            case Commit() if not rolled_back:
                self.end_transaction(failed=False)
            case Commit() | Rollback():
                self.end_transaction(failed=True)
            case Savepoint(name):
                self._savepoints.append((name, self.current, self._hints))
            case ReleaseSavepoint(name):
                self._cut_savepoints(name)
            case RollbackTo(name):
                self._roll_back_to(name)
            case _:
                pass

    def end_transaction(self, *, failed: bool) -> None:
        """Keep what the transaction has set, or take it back."""
        self._local = False
        self._hints = NO_HINTS
        if self.current is self._committed and not self._savepoints:
            return
        if failed:
            self.current = self._committed
        else:
            self._committed = self.current
        self._savepoints.clear()

    def _hint_locally(self, name: str, value: str | None) -> None:
        """``None`` is the value that the session began with."""
        if value is None and name in self._startup:
            value = value_set_by(self._startup[name])
        self._hints = {**self._hints, name: value}

    def _forget_hint(self, name: str) -> None:
        """What is set for the session replaces what has been set for the transaction."""
        if name in self._hints:
            self._hints = {one: value for one, value in self._hints.items() if one != name}

    def _reset(self, name: str) -> None:
        self._forget_hint(name)
        if name in self._startup:
            self.current = with_setting(self.current, name, self._startup[name])
            self._undone |= {name}
        else:
            self.current = without_setting(self.current, name)

    def _reset_all(self) -> None:
        """RESET ALL leaves the identity alone (PostgreSQL docs, "RESET")."""
        kept = {name: sql for name, sql in self.current.items() if name in ('role', 'session_authorization')}
        self.current = {**self._startup, **kept}
        self._undone = frozenset(self._startup) - kept.keys()
        self._hints = NO_HINTS

    def _cut_savepoints(self, name: str) -> tuple[Settings, Hints] | None:
        """Forget a savepoint and those after it; return what was set when it was made."""
        for index in range(len(self._savepoints) - 1, -1, -1):
            found, settings, hints = self._savepoints[index]
            if found == name:
                del self._savepoints[index:]
                return settings, hints
        return None

    def _roll_back_to(self, name: str) -> None:
        found = self._cut_savepoints(name)
        if found is not None:
            self.current, self._hints = found
            self._savepoints.append((name, self.current, self._hints))
