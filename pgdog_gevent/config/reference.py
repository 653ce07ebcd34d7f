"""The configuration reference, rendered from the models: ``python -m pgdog_gevent.config.reference``."""

import json
from collections.abc import Iterator
from inspect import get_annotations
from itertools import chain
from textwrap import wrap

from pgdog_gevent.config.environment import variable_of
from pgdog_gevent.config.fields import Key, Kind, file_value, keys_of, section_at
from pgdog_gevent.config.pending import SECTIONS, VALUES, pending_key
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.config.sharding import MappingRule

HEAD = """\
=============
Configuration
=============

.. Made by ``python -m pgdog_gevent.config.reference > etc/README.rst``; change the models, not this file.

``pgdog-gevent`` reads the two files of PgDog: ``pgdog.toml``, named by ``-c``, and ``users.toml`` beside it
or named by ``-u``. Sections, keys, defaults and units are PgDog's; where they differ, the key says so. The
two files in this folder are working examples. ``pgdog-gevent configcheck`` reads them, prints everything that
is wrong, and exits with 1 if anything is.

**Units.** Durations are whole milliseconds, sizes are bytes, unless the key says otherwise.

**Precedence.** A value of ``[[users]]`` wins over one of ``[[databases]]``, which wins over ``[general]``.
For the login at a server it is the other way round: ``user`` and ``password`` of the database, then
``server_user`` and ``server_password`` of the user, then the user's own name and passwords.
``pool_size_replica`` and the like win over the plain key beside them while the server has that role. A
section ``[admin]`` in users.toml replaces the one in pgdog.toml.

**Environment.** A variable gives a key its default: the file wins. Booleans are ``true``, ``1``, ``yes``,
``on`` or ``false``, ``0``, ``no``, ``off``. The variables of ``[otel]`` count only if the section is there.

**URLs.** ``-d postgres://user:password@host:port/name``, repeated for several servers, replaces all databases
and users; ``PGDOG_DATABASE_URL_1``, ``_2`` and so on stand in where the files have none. The query of a URL
takes keys of ``[[databases]]``: ``?role=replica&pool_size=5``. ``PGDOG_MIRRORING_1`` and following hold
``[[mirroring]]`` sections as ``source_db=a&destination_db=b``.

**Reload.** SIGHUP and the admin command RELOAD read both files again and apply the difference: pools that did
not change are not touched. A file with errors is refused whole, and the old configuration stays. Keys marked
*restart* keep their value until the next start.

**TOML.** Files are read by two parsers, which must agree. Integers are decimal, and the values of one array
have one type: ``[1.0, 2.5]``, not ``[1, 2.5]``.

**Not built yet.** Keys marked so are accepted and checked, and have no effect; if one is given, a warning at
start names it.
"""


def reference() -> str:
    """Return the whole reference as reStructuredText."""
    sections = ((name, section_at(Config, name)) for name in keys_of(Config))
    parts = (_section(name, section) for name, section in sections if section is not None)
    return '\n'.join(chain([HEAD], *parts))


def _section(name: str, section: type[Section]) -> Iterator[str]:
    summary = ' '.join((section.__doc__ or '').split())
    brackets = f'[[{name}]]' if keys_of(Config)[name].kind is Kind.TABLES else f'[{name}]'
    yield from _heading(brackets, '-')
    yield f'{_summary_text(summary)}\n'
    if name in SECTIONS:
        yield '*Not built yet.*\n'
    if section is General:
        for group in (part for part in section.__mro__ if issubclass(part, Section) and get_annotations(part)):
            yield from _group(group)
    else:
        yield from chain.from_iterable(_key(name, section, key) for key in keys_of(section).values())
    if name == 'sharded_tables':
        yield from _heading('[[sharded_tables.mapping]]', '~')
        yield f'{_summary_text(" ".join((MappingRule.__doc__ or "").split()))}\n'
        yield from chain.from_iterable(_key(name, MappingRule, key) for key in keys_of(MappingRule).values())


def _group(group: type[Section]) -> Iterator[str]:
    keys = [key for key in keys_of(group).values() if key.attribute in get_annotations(group)]
    if not keys:
        return
    yield from _heading((group.__doc__ or '').partition('.')[0], '~')
    rest = (group.__doc__ or '').partition('.')[2].strip()
    if rest:
        yield f'{rest}\n'
    yield from chain.from_iterable(_key('general', General, key) for key in keys)


def _key(section: str, model: type[Section], key: Key) -> Iterator[str]:
    yield f'``{key.name}``'
    yield _indented(key.meaning)
    yield _indented(f'{"; ".join(_facts(section, model, key))}.')


def _facts(section: str, model: type[Section], key: Key) -> Iterator[str]:
    yield ' | '.join(f'``{choice}``' for choice in key.choices) or _type(key)
    yield _default(key)
    second = [alias for alias, name in model.aliases.items() if name == key.name]
    if second:
        yield f'also called ``{second[0]}``'
    variable = variable_of(model, key.name)
    if variable:
        yield f'environment ``{variable}``'
    if key.restart:
        yield '*restart*'
    if section not in SECTIONS and pending_key(section, key.name):
        yield '*not built yet*'
    unbuilt = VALUES.get((section, key.name), frozenset())
    if unbuilt:
        yield f'*not built yet:* {", ".join(f"``{value}``" for value in key.choices if value in unbuilt)}'


def _indented(text: str) -> str:
    lines = wrap(text, 110, break_long_words=False, break_on_hyphens=False)
    return ''.join(f'    {line}\n' for line in lines)


def _type(key: Key) -> str:
    kind = 'string' if key.kind in (Kind.SECRET, Kind.PATH, Kind.CHOICE) else key.kind.value
    return f'{kind}, {key.unit.name}' if key.unit is not None else kind


def _default(key: Key) -> str:
    if key.required:
        return 'required'
    if key.default is None or key.default == ():
        return 'no default'
    return f'default ``{json.dumps(_plain(key))}``'


def _plain(key: Key) -> object:
    value = file_value(key, key.default)
    return value if isinstance(value, bool | int | float) else str(value)


def _heading(text: str, underline: str) -> Iterator[str]:
    yield text
    yield f'{underline * len(text)}\n'


def _summary_text(summary: str) -> str:
    """Drop the section's name, which the heading has said, from the first sentence of its docstring."""
    text = summary.partition(': ')[2] or summary
    return text[:1].upper() + text[1:]


if __name__ == '__main__':
    print(reference(), end='')
