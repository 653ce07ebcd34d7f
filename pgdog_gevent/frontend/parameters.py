"""The run-time parameters that one client has set, with the semantics of transactions and savepoints."""

from typing import Final

from pgdog_gevent.backend.prepared import Reading
from pgdog_gevent.backend.settings import NO_SETTINGS, Settings, with_setting, without_setting
from pgdog_gevent.config.choices import Role
from pgdog_gevent.router.hints import defaults_to_read_only, defaults_to_serializable, session_role
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
    SetParameter,
)

_NOTHING: Final[frozenset[str]] = frozenset()


class Parameters:
    """What this client has set, and what its transaction would take back.

    ``current`` is what its next statement must find in force. ``SET LOCAL`` is not here: it ends with its transaction,
    which stays on one server.
    """

    __slots__ = (
        '_committed', '_database', '_local', '_read', '_reading', '_role', '_role_of', '_savepoints',
        '_serializable', '_startup', '_undone', 'current',
    )  # fmt: skip

    def __init__(self, startup: Settings, database: str) -> None:
        self._startup = startup
        self._database = database.encode()
        self._committed = startup
        self.current = startup
        self._savepoints: list[tuple[str, Settings]] = []
        self._undone = _NOTHING
        self._local = False
        self._read = NO_SETTINGS
        self._reading: Reading = (self._database,)
        self._role: Role | None = None
        self._serializable = False
        self._role_of = NO_SETTINGS

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
            case SetLocal():
                self._local = True
            case ResetParameter(name):
                self._reset(name)
            case ResetAll():
                self._reset_all()
            case DiscardAll():
                self.current = self._startup
                self._undone = frozenset(self._startup)
            case Commit() if not rolled_back:
                self.end_transaction(failed=False)
            case Commit() | Rollback():
                self.end_transaction(failed=True)
            case Savepoint(name):
                self._savepoints.append((name, self.current))
            case ReleaseSavepoint(name):
                self._cut_savepoints(name)
            case RollbackTo(name):
                self._roll_back_to(name)
            case _:
                pass

    def end_transaction(self, *, failed: bool) -> None:
        """Keep what the transaction has set, or take it back."""
        self._local = False
        if self.current is self._committed and not self._savepoints:
            return
        if failed:
            self.current = self._committed
        else:
            self._committed = self.current
        self._savepoints.clear()

    def _reset(self, name: str) -> None:
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

    def _cut_savepoints(self, name: str) -> Settings | None:
        """Forget a savepoint and those after it; return what was set when it was made."""
        for index in range(len(self._savepoints) - 1, -1, -1):
            if self._savepoints[index][0] == name:
                settings = self._savepoints[index][1]
                del self._savepoints[index:]
                return settings
        return None

    def _roll_back_to(self, name: str) -> None:
        settings = self._cut_savepoints(name)
        if settings is not None:
            self.current = settings
            self._savepoints.append((name, settings))
