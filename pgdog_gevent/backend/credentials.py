"""SCRAM keys for logging in to servers, derived once and kept; passwords themselves are not kept here."""

from collections import OrderedDict
from hashlib import sha256
from typing import Final

from gevent.hub import get_hub

from pgdog_gevent.protocol.scram import Challenge
from pgdog_gevent.protocol.scram_keys import ClientKeys

_MOST_KEYS: Final = 4096


class KeyCache:
    """PBKDF2 costs about as much CPU as sixty queries; here it runs once for each password and salt, off the hub."""

    def __init__(self) -> None:
        self._keys: OrderedDict[bytes, ClientKeys] = OrderedDict()

    def client_keys(self, password: str, challenge: Challenge) -> ClientKeys:
        """The keys of ``password`` as the challenge salts it. Waits for a thread when they are not known yet."""
        name = _name(password, challenge)
        keys = self._keys.get(name)
        if keys is None:
            derivation = password, challenge.salt, challenge.iterations
            keys = get_hub().threadpool.apply(ClientKeys.from_password, derivation)
            self._keys[name] = keys
            if len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)
        return keys


def _name(password: str, challenge: Challenge) -> bytes:
    secret = password.encode('utf-8', 'surrogateescape')
    return sha256(b'%d:%b:%b' % (challenge.iterations, sha256(challenge.salt).digest(), secret)).digest()
