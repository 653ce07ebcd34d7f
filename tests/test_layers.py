"""The rules of who may import whom, and of size and names, held against every module of the package.

The order and its reasons are in ``pgdog_gevent/README.rst``.
"""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

PACKAGE = 'pgdog_gevent'
SOURCE = Path(__file__).resolve().parents[1] / PACKAGE

LAYERS = (
    {'__main__'},
    {'cli'},
    {'supervisor'},
    {'operations'},
    {'daemon'},
    {'loops'},
    {'systemd', 'demo'},
    {'frontend', 'admin', 'reshard'},
    {'observe', 'monitor'},
    {'execution'},
    {'twophase'},
    {'backend'},
    {'net'},
    {'merge', 'router'},
    {'config'},
    {'protocol'},
    {'pgtypes', 'sharding'},
    {'errors'},
    {'sqlstate'},
    {'__init__'},
    {'compiled'},
)
"""A module imports from its own part of the package and from later lines; parts on one line do not know each other."""

DEPTH = {part: depth for depth, parts in enumerate(LAYERS) for part in parts}

PURE = {'protocol', 'pgtypes', 'sharding', 'router', 'merge'}
IMPURE = {'gevent', 'socket', 'select', 'ssl', 'time', 'os', 'threading', 'random', 'subprocess', 'psycopg'}
OPTIONAL_EXTRAS = {'botocore'}
"""What a function may import itself, because it need not be installed."""

FORBIDDEN_NAMES = {'utils', 'util', 'common', 'helpers', 'helper', 'manager', 'base', 'core', 'misc'}
LONGEST_MODULE = 400
GENERATED = '_pb2.py'


def violations(path: PurePosixPath, source: str) -> list[str]:
    """Return what is wrong with one module; ``path`` is relative to the package."""
    return [f'{path}: {text}' for text in (*_about_the_file(path, source), *_about_imports(path, ast.parse(source)))]


def _about_the_file(path: PurePosixPath, source: str) -> Iterator[str]:
    length = len(source.splitlines())
    if length > LONGEST_MODULE and not path.name.endswith(GENERATED):
        yield f'{length} lines, more than {LONGEST_MODULE}'
    if part_of(path) not in DEPTH:
        yield f'{part_of(path)} has no place in the order of layers'
    for name in sorted({*path.parts[:-1], path.stem} & FORBIDDEN_NAMES):
        yield f'nothing is called {name}'


def _about_imports(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _about_a_function(node)
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f'line {node.lineno}: relative import'
        for module in imported(node):
            yield from _about_an_import(part_of(path), module)


def _about_a_function(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[str]:
    for node in ast.walk(function):
        for module in imported(node):
            if module.split('.')[0] not in OPTIONAL_EXTRAS:
                yield f'line {function.lineno}: import inside a function, of {module}'


def _about_an_import(part: str, module: str) -> Iterator[str]:
    top, _, rest = module.partition('.')
    if part in PURE and top in IMPURE:
        yield f'{part} is pure and imports {module}'
    if top != PACKAGE:
        return
    wanted = rest.split('.')[0] or '__init__'
    if wanted != part and DEPTH.get(wanted, -1) <= DEPTH.get(part, -1):
        yield f'{part} imports {module}, which is not below it'


def part_of(path: PurePosixPath) -> str:
    """Return the folder or top-level module that a path belongs to."""
    return path.parts[0] if len(path.parts) > 1 else path.stem


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the full names of the modules that an import statement names; nothing for other nodes."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module), names=names, level=0) if module == PACKAGE:
            # Either a part of the package, or a name of its __init__.
            yield from (f'{PACKAGE}.{alias.name}' if alias.name in DEPTH else PACKAGE for alias in names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module


MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob('*.py'))


@pytest.mark.parametrize('module', MODULES)
def test_module_keeps_the_rules(module: str) -> None:
    assert violations(PurePosixPath(module), (SOURCE / module).read_text()) == []


@pytest.mark.parametrize(
    ('module', 'source'),
    [
        pytest.param('backend/pool.py', 'from pgdog_gevent.net.stream import Stream', id='to the right'),
        pytest.param('backend/pool.py', 'from pgdog_gevent.backend import reset', id='own folder'),
        pytest.param('errors.py', 'from pgdog_gevent import sqlstate', id='module of the package'),
        pytest.param('cli.py', 'from pgdog_gevent import __version__', id='name of the package'),
        pytest.param('sqlstate.py', 'import pgdog_gevent', id='the package itself'),
        pytest.param('__main__.py', 'from pgdog_gevent.supervisor import Supervisor', id='entry point'),
        pytest.param('backend/credentials.py', 'def f():\n import botocore.session', id='optional extra'),
        pytest.param('net/stream.py', 'import gevent.socket', id='impure where it may be'),
        pytest.param('router/pg_query_pb2.py', '\n' * 500, id='long and generated'),
    ],
)
def test_allowed_modules_pass(module: str, source: str) -> None:
    assert violations(PurePosixPath(module), source) == []


@pytest.mark.parametrize(
    ('module', 'source', 'complaint'),
    [
        pytest.param('net/stream.py', 'import pgdog_gevent.backend.pool', 'not below', id='to the left'),
        pytest.param('merge/a.py', 'from pgdog_gevent.router import plan', 'not below', id='sibling'),
        pytest.param('errors.py', 'from pgdog_gevent import daemon', 'not below', id='module of the package'),
        pytest.param('daemon.py', 'from pgdog_gevent.cli import main', 'not below', id='entry point'),
        pytest.param('net/a.py', 'from pgdog_gevent.novel import b', 'not below', id='import from an unknown folder'),
        pytest.param('novel/a.py', '', 'no place', id='unknown folder'),
        pytest.param('router/a.py', 'import os.path', 'pure', id='pure folder imports os'),
        pytest.param('protocol/a.py', 'from gevent import socket', 'pure', id='pure folder imports gevent'),
        pytest.param('net/a.py', 'from . import tls', 'relative', id='relative'),
        pytest.param('net/a.py', 'def f():\n  if True:\n    import json', 'inside', id='in a function'),
        pytest.param('net/a.py', 'class A:\n  async def f(self):\n    import json', 'inside', id='in a method'),
        pytest.param('net/utils/a.py', '', 'nothing is called utils', id='folder name'),
        pytest.param('net/base.py', '', 'nothing is called base', id='module name'),
        pytest.param('net/a.py', '\n' * 401, '401 lines', id='long'),
    ],
)
def test_violations_are_found(module: str, source: str, complaint: str) -> None:
    [found] = violations(PurePosixPath(module), source)
    assert complaint in found
