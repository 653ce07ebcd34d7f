"""The answers to messages of the extended protocol that no server sees."""

from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.query import Named, Target


def answer_to(step: Step, completed: bytes) -> bytes:
    """What is said to one message about a statement without parameters or rows; ``completed`` to its Execute."""
    match step.frame.code:
        case Frontend.CLOSE:
            return response.CLOSE_COMPLETE
        case Frontend.PARSE:
            return response.PARSE_COMPLETE
        case Frontend.BIND:
            return response.BIND_COMPLETE
        case Frontend.EXECUTE:
            return completed
    if Named.decode(step.frame.body).target is Target.STATEMENT:
        return response.parameter_description(()) + response.NO_DATA
    return response.NO_DATA
