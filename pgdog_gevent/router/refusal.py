"""How a blueprint is given up: what cannot be proven is raised, and becomes ``Refused`` where it is known of what."""

from typing import Final

from pgdog_gevent.router.blueprint import Refused

NOT_SEEN_YET: Final = 'What a transaction creates can be used over several shards when it is committed.'
ONE_SHARD: Final = 'A comment can name the shard that runs it: /* pgdog_shard: 0 */.'
"""A hint: on a shard that has been named the statement runs as it is."""


class NotProvable(Exception):
    """Several shards cannot be proven to answer exactly; it is no error of the client's statement."""

    def __init__(self, why: str, hint: str = '', position: int = 0) -> None:
        super().__init__(why)
        self.refused = Refused(why, hint, position)

    @classmethod
    def of(cls, refused: Refused) -> 'NotProvable':
        return cls(refused.why, refused.hint, refused.position)
