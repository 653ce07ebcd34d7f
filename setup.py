"""Builds the compiled parts: what a query passes through on its way, in C.

They are optional. Where there is no compiler, the same modules run as Python (``pgdog_gevent/compiled.py``). A ``.pyx``
is C of its own, beside a ``.py`` that does the same; of the others the Python is compiled as it stands, and a ``.pxd``
beside it gives the types.
"""

from pathlib import Path
from runpy import run_path

import greenlet
from Cython.Build import cythonize
from setuptools import Extension, setup

PACKAGE = Path('pgdog_gevent')
MODULES = run_path(str(PACKAGE / 'compiled.py'))['MODULES']
DIRECTIVES = {'language_level': '3', 'annotation_typing': False}
HEADERS = str(Path(greenlet.__file__).parent.parent)


def extension(module: str) -> Extension:
    path = PACKAGE / module
    own = path.with_suffix('.pyx')
    source = own if own.exists() else path.with_suffix('.py')
    name = '.'.join(path.parts)
    return Extension(name, [str(source)], include_dirs=[HEADERS], extra_compile_args=['-O2'], optional=True)


setup(ext_modules=cythonize([extension(module) for module in MODULES], compiler_directives=DIRECTIVES))
