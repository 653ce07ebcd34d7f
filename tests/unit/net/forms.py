"""Modules that have a compiled form: both."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

_SOURCES = Path(__file__).parents[3] / 'pgdog_gevent/net'


def from_source(name: str) -> ModuleType:
    """The form in Python of a module of ``net``, under another name."""
    loader = SourceFileLoader(f'{name}_in_python', str(_SOURCES / f'{name}.py'))
    module = module_from_spec(spec_from_loader(loader.name, loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    return module
