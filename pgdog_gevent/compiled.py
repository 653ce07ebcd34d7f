"""Which form of the hot modules is in use: compiled, or Python.

They are compiled where there was a compiler at installation. ``PGDOG_RELAY=python`` in the environment has the proxy
use Python all the same.
"""

import os
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final


def _built() -> bool:
    return any((Path(__file__).parent / f'net/_relay{suffix}').exists() for suffix in EXTENSION_SUFFIXES)


COMPILED: Final = os.environ.get('PGDOG_RELAY') != 'python' and _built()
