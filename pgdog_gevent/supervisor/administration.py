"""What an administrator of one worker can have all of them do: an ``admin.administration.Administration``."""

from collections.abc import Callable
from typing import Final

import gevent

from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.show import settings_as_rows, with_setting
from pgdog_gevent.daemon import check
from pgdog_gevent.observe.queries import joined
from pgdog_gevent.observe.snapshot import QueryView, Snapshot
from pgdog_gevent.observe.together import merged
from pgdog_gevent.supervisor.colleagues import Colleagues, refused
from pgdog_gevent.supervisor.messages import Departed, Everybody, Queries, Reload, Shutdown, Wish
from pgdog_gevent.supervisor.orders import (
    Ban,
    ForgetQueries,
    HealthCheck,
    Kill,
    KillClient,
    Look,
    LookAtQueries,
    Order,
    Pause,
    Reconnect,
    Recover,
    Resume,
    Set,
    Unban,
)

_PATIENCE: Final = 10.0
"""Seconds for all to say how they are."""


class SharedAdministration:
    """The proxy as a whole, asked for by one worker. ``config`` is that of the worker."""

    def __init__(self, colleagues: Colleagues, config: Callable[[], Config]) -> None:
        self._colleagues = colleagues
        self._config = config

    def snapshot(self) -> Snapshot:
        answers = self._colleagues.ask(Everybody(Look()), _PATIENCE)
        views = [answer for answer in answers if isinstance(answer, Snapshot)]
        departed = next((answer.snapshot for answer in answers if isinstance(answer, Departed)), None)
        return merged(views, departed)

    def queries(self) -> tuple[QueryView, ...]:
        answers = self._colleagues.ask(Everybody(LookAtQueries()), _PATIENCE)
        return joined([answer.views for answer in answers if isinstance(answer, Queries)])

    def forget_queries(self) -> None:
        self._by_all(Everybody(ForgetQueries()))

    def settings(self) -> list[tuple[str, str]]:
        return settings_as_rows(self._config())

    def reload(self) -> None:
        self._by_all(Reload())

    def reconnect(self, database: str | None) -> None:
        self._by_any(Reconnect(database))

    def pause(self, user: str | None, database: str | None) -> None:
        self._by_any(Pause(user, database))

    def resume(self, user: str | None, database: str | None) -> None:
        self._by_any(Resume(user, database))

    def kill(self, database: str | None) -> None:
        self._by_any(Kill(database))

    def kill_client(self, client_id: int) -> None:
        self._by_any(KillClient(client_id))

    def ban(self, pool: int | None) -> None:
        self._by_any(Ban(pool))

    def unban(self, pool: int | None) -> None:
        self._by_any(Unban(pool))

    def health_check(self, pool: int | None) -> None:
        self._by_any(HealthCheck(pool))

    def recover(self) -> None:
        self._by_all(Everybody(Recover()))

    def shutdown(self, mode: ShutdownMode) -> None:
        gevent.spawn_later(0.05, self._colleagues.ask, Shutdown(mode))

    def set(self, name: str, value: str) -> None:
        check(with_setting(self._config(), name, value))
        self._by_all(Everybody(Set(name, value)))

    def _by_all(self, wish: Wish) -> None:
        """Have it done. Raises the first error."""
        for answer in self._colleagues.ask(wish):
            if (error := refused(answer)) is not None:
                raise error

    def _by_any(self, order: Order) -> None:
        """Have it done by those who have something to do it with. Raises an error if there is nobody."""
        errors = [refused(answer) for answer in self._colleagues.ask(Everybody(order))]
        real = [error for error in errors if error is not None]
        if real and len(real) == len(errors):
            raise real[0]
