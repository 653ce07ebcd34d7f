"""What the client and its server must agree on before a statement, whichever server it is."""

from collections.abc import Mapping

from pgdog_gevent.backend.connection import BackendConnection, shared
from pgdog_gevent.execution.request import SessionState
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.response import parameter_status
from pgdog_gevent.router.key import keys_are_safe


class Agreement:
    """The server gets the settings that the session wants, and the client hears of parameters that differ there."""

    def __init__(self, client: Stream, state: SessionState, told: Mapping[str, str]) -> None:
        """``told``: the parameters that the client was told when it logged in."""
        self._client = client
        self._state = state
        self.told = shared(told)
        """As the client knows them."""
        self._judged: Mapping[str, str] | None = None
        self._keyed = False

    @property
    def keyed(self) -> bool:
        """Whether a text that the client sends now can be known by its key (``router/key.py``)."""
        if self._judged is not self.told:
            self._judged = self.told
            encoding = self.told.get('client_encoding', '')
            self._keyed = keys_are_safe(encoding, self.told.get('standard_conforming_strings', ''))
        return self._keyed

    def reach(self, connection: BackendConnection) -> None:
        """Make it so; nothing may be owed. Raises ServerError if the server refuses a setting."""
        if connection.settings is not self._state.wanted:
            connection.apply(self._state.wanted)
            self._state.applied()
        if connection.parameters is not self.told:
            self._tell(connection)

    def _tell(self, connection: BackendConnection) -> None:
        told, self.told = self.told, connection.parameters
        for name, value in connection.parameters.items():
            if told.get(name) != value:
                self._client.write(parameter_status(name, value))

    def pass_on(self, connection: BackendConnection, status: Frame) -> None:
        """A ParameterStatus has come in answer to what the client has asked for."""
        name, _ = connection.note_parameter(status.body)
        self.told = connection.parameters
        if name not in connection.reports:
            self._client.write(status.raw)
