"""Which form of the hot modules is in use: compiled, or Python.

Where there was a compiler at installation, some modules have a compiled form, which is imported in the place of their
source. ``PGDOG_RELAY=python`` in the environment has the proxy use Python all the same.
"""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Final

MODULES: Final = (
    'backend/canceller',
    'backend/capacity',
    'backend/cluster',
    'backend/connection',
    'backend/counters',
    'backend/dialer',
    'backend/gate',
    'backend/known_functions',
    'backend/line',
    'backend/pool',
    'backend/prepared',
    'backend/shard',
    'backend/stock',
    'execution/agreement',
    'execution/answers',
    'execution/binding',
    'frontend/accounting',
    'frontend/client',
    'frontend/exchange',
    'frontend/failed',
    'frontend/judge',
    'frontend/lane',
    'frontend/loop_side',
    'frontend/parameters',
    'frontend/placing',
    'frontend/prepared',
    'frontend/services',
    'frontend/state',
    'frontend/turn',
    'net/clock',
    'net/link',
    'net/octets',
    'net/relay',
    'net/stream',
    'net/transport',
    'net/wire',
    'router/_key',
    'router/cache',
    'router/recent',
    'sharding/quick',
)
"""They know each other's insides: either all of them are compiled, or none is used that is."""

_PACKAGE: Final = Path(__file__).parent
_BUILT: Final = all(any((_PACKAGE / f'{name}{suffix}').exists() for suffix in EXTENSION_SUFFIXES) for name in MODULES)
COMPILED: Final = os.environ.get('PGDOG_RELAY') != 'python' and _BUILT


class _SourceFinder(MetaPathFinder):
    """Finds the modules of this package by their source only."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None or not fullname.startswith('pgdog_gevent.'):
            return None
        return FileFinder(path[0], (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(fullname, target)


if not COMPILED:
    sys.meta_path.insert(0, _SourceFinder())
