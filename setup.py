"""Builds the compiled parts: what a query passes through on its way, in C.

They are optional. Where there is no compiler, the same modules run as Python (``pgdog_gevent/compiled.py``).
"""

from pathlib import Path

import greenlet
from Cython.Build import cythonize
from setuptools import Extension, setup

PACKAGE = Path('pgdog_gevent')
# C of its own, beside a module of Python that does the same.
TWINS = ('net/relay.pyx', 'router/_key.pyx')
# Python that is compiled as it stands; a .pxd beside it gives the types.
AS_THEY_STAND = (
    'backend/capacity.py',
    'backend/cluster.py',
    'backend/connection.py',
    'backend/counters.py',
    'backend/dialer.py',
    'backend/gate.py',
    'backend/known_functions.py',
    'backend/pool.py',
    'backend/prepared.py',
    'backend/stock.py',
    'execution/agreement.py',
    'execution/binding.py',
    'frontend/accounting.py',
    'frontend/exchange.py',
    'frontend/lane.py',
    'frontend/parameters.py',
    'frontend/prepared.py',
    'frontend/turn.py',
    'net/link.py',
    'net/stream.py',
    'router/cache.py',
)
DIRECTIVES = {'language_level': '3', 'annotation_typing': False}


def extension(source: str) -> Extension:
    path = PACKAGE / source
    name = '.'.join(path.with_suffix('').parts)
    headers = Path(greenlet.__file__).parent.parent
    return Extension(name, [str(path)], include_dirs=[str(headers)], extra_compile_args=['-O2'], optional=True)


setup(ext_modules=cythonize([extension(source) for source in (*TWINS, *AS_THEY_STAND)], compiler_directives=DIRECTIVES))
