"""What the columns are that one block of a SELECT takes from its FROM, as far as the catalogue tells.

Names are looked up as PostgreSQL does; where one could mean something that is not known here, nothing is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pgdog_gevent.router import nodes
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.column_names import column_name
from pgdog_gevent.router.kinds import UNKNOWN, Kind, kind_of, kind_of_column
from pgdog_gevent.router.known import Known


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of FROM."""

    name: str
    """Its alias, or the name of the table."""
    columns: Mapping[str, Kind] | None
    """In their order; ``None``: not even their names are known."""


@dataclass(frozen=True, slots=True)
class Sources:
    """FROM of one block."""

    entries: tuple[Source, ...]
    merged: frozenset[str]
    """Columns of USING, which stand for those of both sides."""
    plain: bool
    """Whether ``*`` is the columns of all entries, one entry after the other."""

    def kind(self, reference: pg.ColumnRef) -> Kind:
        """What is known of a column."""
        if len(reference.fields) == 1 and _last(reference) in self.merged:
            return self._merged(_last(reference))
        found = self._source(reference)
        return UNKNOWN if found is None else (found.columns or {}).get(_last(reference), UNKNOWN)

    def offers(self, name: str) -> bool | None:
        """Whether there is a column of that name; ``None``: that is not known."""
        if any(name in entry.columns for entry in self.entries if entry.columns is not None):
            return True
        return None if any(entry.columns is None for entry in self.entries) else False

    def full_name(self, reference: pg.ColumnRef) -> pg.Node | None:
        """The column with its table; ``None`` if it cannot be said for sure which it is."""
        found = self._source(reference)
        return None if found is None else _reference(found.name, _last(reference))

    def star(self, reference: pg.ColumnRef) -> list[pg.Node] | None:
        """The columns that ``*`` or ``table.*`` stands for; ``None`` if they are not known."""
        table = reference.fields[0].string.sval if len(reference.fields) == 2 else ''
        entries = [entry for entry in self.entries if entry.name == table] if table else self.entries
        if len(reference.fields) > 2 or not entries or (not table and not self.plain):
            return None
        return _all_columns(entries)

    def _merged(self, name: str) -> Kind:
        """What is known of a column of USING: what is so on all sides."""
        kinds = {(entry.columns or {}).get(name, UNKNOWN) for entry in self.entries if name in (entry.columns or {})}
        return kinds.pop() if len(kinds) == 1 and self.offers(name) else UNKNOWN

    def _source(self, reference: pg.ColumnRef) -> Source | None:
        parts = [field.string.sval for field in reference.fields]
        if len(parts) == 2:
            named = [entry for entry in self.entries if entry.name == parts[0]]
        elif len(parts) == 1 and parts[0] not in self.merged:
            named = [entry for entry in self.entries if entry.columns is None or parts[0] in entry.columns]
        else:
            return None
        found = named[0] if len(named) == 1 else None
        return found if found is not None and found.columns is not None and parts[-1] in found.columns else None


def sources(select: pg.SelectStmt, known: Known) -> Sources:
    """What FROM of ``select`` offers. It must be no set operation."""
    return _Reading(known, {}).block(select)


def _all_columns(entries: 'list[Source] | tuple[Source, ...]') -> list[pg.Node] | None:
    if any(entry.columns is None for entry in entries):
        return None
    return [_reference(entry.name, name) for entry in entries for name in entry.columns or ()]


def _reference(table: str, name: str) -> pg.Node:
    fields = [pg.Node(string=pg.String(sval=part)) for part in (table, name)]
    return pg.Node(column_ref=pg.ColumnRef(fields=fields))


def _last(reference: pg.ColumnRef) -> str:
    return reference.fields[-1].string.sval


@dataclass(frozen=True, slots=True)
class _Reading:
    known: Known
    queries: Mapping[str, Mapping[str, Kind] | None]
    """The columns of WITH, by the names that are seen here."""

    def block(self, select: pg.SelectStmt) -> Sources:
        reading = self._with(select.with_clause)
        merged: set[str] = set()
        entries = tuple(entry for node in select.from_clause for entry in reading.entries(node, merged))
        joined = any(_renames(node) for node in select.from_clause)
        return Sources(entries, frozenset(merged), plain=not merged and not joined)

    def entries(self, node: pg.Node, merged: set[str]) -> Iterator[Source]:
        """What an item of FROM offers; adds to ``merged`` what USING makes one of."""
        match node.WhichOneof('node'):
            case 'range_var':
                yield self._relation(node.range_var)
            case 'range_subselect':
                subquery = node.range_subselect
                yield _aliased(subquery.alias.aliasname, self._outputs(subquery.subquery.select_stmt), subquery.alias)
            case 'join_expr':
                yield from self._join(node.join_expr, merged)
            case 'range_table_sample':
                yield from self.entries(node.range_table_sample.relation, merged)
            case _:
                yield Source(_alias(node), None)

    def _join(self, join: pg.JoinExpr, merged: set[str]) -> Iterator[Source]:
        below = [*self.entries(join.larg, merged), *self.entries(join.rarg, merged)]
        if join.HasField('alias'):
            yield Source(join.alias.aliasname, None)
            return
        yield from below
        merged.update(part.string.sval for part in join.using_clause)
        if join.is_natural:
            merged.update(name for entry in below for name in entry.columns or ())
        if join.HasField('join_using_alias'):
            yield Source(join.join_using_alias.aliasname, None)

    def _relation(self, relation: pg.RangeVar) -> Source:
        name = relation.alias.aliasname or relation.relname
        if not relation.schemaname and relation.relname in self.queries:
            return _aliased(name, self.queries[relation.relname], relation.alias)
        table = self.known.catalog.table(relation.schemaname or None, relation.relname, self.known.search_path)
        if table is None or not table.columns:
            return Source(name, None)
        kinds = {column.name: kind_of_column(column, self.known) for column in table.columns}
        return _aliased(name, kinds, relation.alias)

    def _with(self, clause: pg.WithClause) -> '_Reading':
        queries = dict(self.queries)
        for node in clause.ctes:
            query = node.common_table_expr
            plain = query.ctequery.HasField('select_stmt') and not clause.recursive and not query.aliascolnames
            inner = _Reading(self.known, dict(queries))
            queries[query.ctename] = inner._outputs(query.ctequery.select_stmt) if plain else None
        return _Reading(self.known, queries)

    def _outputs(self, select: pg.SelectStmt) -> Mapping[str, Kind] | None:
        """The columns of a subquery; ``None`` if one is not known, or two have one name."""
        if select.op != pg.SETOP_NONE or select.values_lists:
            return None
        inside = self.block(select)
        found: list[tuple[str, Kind]] = []
        for item in select.target_list:
            target = item.res_target
            if is_star(target):
                columns = inside.star(target.val.column_ref)
                if columns is None:
                    return None
                found += [(_last(node.column_ref), inside.kind(node.column_ref)) for node in columns]
            else:
                found.append((column_name(target), kind_of(target.val, inside.kind, self.known)))
        outputs = dict(found)
        return outputs if len(outputs) == len(found) else None


def is_star(target: pg.ResTarget) -> bool:
    """Whether a target stands for any number of columns."""
    return nodes.is_star(target.val)


def _alias(node: pg.Node) -> str:
    kind = node.WhichOneof('node')
    if kind == 'range_function':
        return node.range_function.alias.aliasname
    return node.range_table_func.alias.aliasname if kind == 'range_table_func' else ''


def _renames(node: pg.Node) -> bool:
    return node.HasField('join_expr') and node.join_expr.HasField('alias')


def _aliased(name: str, columns: Mapping[str, Kind] | None, alias: pg.Alias) -> Source:
    """Columns as an alias names them: it may name the first of them."""
    if columns is None:
        return Source(name, None)
    new = [part.string.sval for part in alias.colnames]
    names = [*new, *list(columns)[len(new) :]]
    if len(names) != len(set(names)):
        return Source(name, None)
    return Source(name, dict(zip(names, columns.values(), strict=False)))
