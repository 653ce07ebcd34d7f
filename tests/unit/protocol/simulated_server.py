"""A PostgreSQL server reduced to the order of its replies, and the program of a client that drives it.

Source: PostgreSQL docs, "Message Flow": "Extended Query", "Pipelining".
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from hypothesis import strategies as st

from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.ledger import Owed

OUT_OF_BAND = frozenset({Backend.PARAMETER_STATUS, Backend.NOTICE_RESPONSE, Backend.NOTIFICATION_RESPONSE})
"""What a server sends at any time, in answer to nothing."""
SIMPLE = frozenset({Frontend.QUERY, Frontend.FUNCTION_CALL})
ANSWERS = {
    Frontend.PARSE: ('1',),
    Frontend.BIND: ('2',),
    Frontend.DESCRIBE: ('tT', 'tn', 'T', 'n'),
    Frontend.EXECUTE: ('C', 'I', 's', 'DDC', 'Ds', 'HddcC'),
    Frontend.CLOSE: ('3',),
    Frontend.SYNC: ('Z',),
    Frontend.QUERY: ('CZ', 'IZ', 'TDDCZ', 'TDCTCCZ', 'HddcCZ'),
    Frontend.FUNCTION_CALL: ('VZ',),
    Frontend.FLUSH: ('',),
}
FAILURES = {
    Frontend.EXECUTE: ('E', 'DE', 'HdE'),
    Frontend.SYNC: ('EZ',),
    Frontend.QUERY: ('EZ', 'TDCEZ', 'TDEZ'),
    Frontend.FUNCTION_CALL: ('EZ',),
    Frontend.FLUSH: ('',),
}


class Role(Enum):
    """On whose account a message is sent."""

    CLIENT = 'as it is'
    NOTED = "the client's, and something is to be remembered"
    INJECTED = 'slipped in, reply swallowed'
    INJECTED_NAME = 'slipped in, and it makes or removes a name'
    NAME = "the client's, and it makes or removes a name"
    ANSWERED = 'never sent, since the answer is known'


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a program. ``deliveries``: how many replies arrive before the next message is sent."""

    code: int
    answer: str
    role: Role = Role.CLIENT
    deliveries: int = 0
    out_of_band: str = ''

    def owed(self) -> Owed[str]:
        return Owed(
            self.code,
            swallow=self.role in (Role.INJECTED, Role.INJECTED_NAME),
            statement=b's' if self.role in (Role.NAME, Role.INJECTED_NAME) else b'',
            answer=b'known' if self.role is Role.ANSWERED else b'',
            note='noted' if self.role in (Role.NOTED, Role.ANSWERED) else None,
        )

    @property
    def remembered(self) -> bool:
        """Whether somebody has to be told if it does not happen."""
        return self.role is not Role.CLIENT


class Reply(NamedTuple):
    """A message of the server and the index of the message that it answers."""

    code: int
    message: int


class SimulatedServer:
    """Answers messages one by one; ``waiting`` says that it expects a Sync before it is at rest."""

    def __init__(self) -> None:
        self.skipping = False
        self.waiting = False

    def answer(self, index: int, message: Message) -> list[Reply]:
        """The replies to a message; none while it skips to the next Sync."""
        if self.skipping and message.code != Frontend.SYNC:
            return []
        ends = message.code == Frontend.SYNC or message.code in SIMPLE
        self.skipping = False if ends else 'E' in message.answer
        if message.code != Frontend.FLUSH:
            self.waiting = not ends
        return [Reply(ord(letter), index) for letter in message.out_of_band + message.answer]


def _messages(code: int) -> st.SearchStrategy[Message]:
    roles = [Role.CLIENT, Role.ANSWERED]
    if code in (Frontend.PARSE, Frontend.CLOSE):
        roles = [role for role in Role if role is not Role.NOTED]
    elif code == Frontend.EXECUTE:
        roles.append(Role.NOTED)
    elif code in SIMPLE or code in (Frontend.SYNC, Frontend.FLUSH):
        roles = [Role.CLIENT]
    usual = st.sampled_from(ANSWERS[code])
    failing = st.sampled_from(FAILURES.get(code, ('E',)))
    return st.builds(
        Message,
        st.just(code),
        st.one_of(usual, usual, usual, failing),
        st.sampled_from(roles),
        st.integers(0, 6),
        st.sampled_from(['', '', '', 'S', 'N', 'AS'] if code != Frontend.FLUSH else ['']),
    )


PROGRAMS = st.lists(
    st.sampled_from([*ANSWERS, Frontend.SYNC, Frontend.PARSE, Frontend.BIND]).flatmap(_messages), max_size=14
)
"""What a client may send, in any order, with answers that a server may give."""
