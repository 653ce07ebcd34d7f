"""The extended protocol, where one shard alone does not answer all of a pipeline: step by step, each is answered here.

Portals are kept here, as they are of no server. One that a server has, because all of an earlier pipeline went there,
stays with that server.
"""

from collections.abc import Iterator, Mapping, Sequence

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import (
    FailedTransaction,
    FeatureNotSupported,
    PortalCannotBeRun,
    StatementExists,
    StatementNotFound,
)
from pgdog_gevent.execution.answer import Answer, Asked
from pgdog_gevent.execution.request import Step
from pgdog_gevent.frontend.blocks import check_needs_no_block
from pgdog_gevent.frontend.bound import NOTHING_BOUND, BoundParameters, values_of
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.once_more import AGAIN, refuses_to_write
from pgdog_gevent.frontend.portal import Portal, fetch, held, nothing_left
from pgdog_gevent.frontend.printed import print_rows
from pgdog_gevent.frontend.refused import REFUSED
from pgdog_gevent.frontend.sharded import ShardedSession
from pgdog_gevent.frontend.step_meanings import all_named, controls_alone, is_control, sets, sets_locally
from pgdog_gevent.frontend.step_portals import executed_in, portal_of
from pgdog_gevent.frontend.unserved import answer_to
from pgdog_gevent.merge.description import BINARY
from pgdog_gevent.protocol import frames, response
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Named, Target
from pgdog_gevent.router.access import as_write
from pgdog_gevent.router.blueprint import Prepares
from pgdog_gevent.router.parse import parses
from pgdog_gevent.router.plan import Anywhere, CopyIn, CopyOutOf, Direct, Plan, writes
from pgdog_gevent.router.texts import One


class ShardedPipeline:
    """Answers the steps of one session's pipelines."""

    __slots__ = ('_exchange', '_portals', '_session')

    def __init__(self, session: ShardedSession, exchange: Exchange) -> None:
        self._session = session
        self._exchange = exchange
        self._portals = session.control.portals

    # One shard for all of it

    def served_by_one(self, steps: Sequence[Step]) -> bool:
        """Whether one shard answers all steps up to a Sync; it is in hand then."""
        session = self._session
        if session.decided:
            return True
        if session.transaction.implicit or session.control.failed or any(map(self._has_already, steps)):
            return False
        try:
            bound = [(name, portal) for name, portal in map(self._bound, steps) if portal is not None]
            portals = dict(bound)
            ties = set(self._ties(steps, portals))
        except REFUSED:
            return False  # It is said again where its turn has come.
        named = [(name, portals.get(name) or self._portals.get(name)) for name in self._asked_for(steps, portals)]
        executed = [portal for _, portal in named]
        begun = session.transaction.open
        if None in executed or any(is_control(step) or (begun and sets(step)) for step in steps):
            return False
        made = [portal for _, portal in bound]  # Those that others of the same name take the place of, too.
        plans = [portal.plan for portal in (*made, *executed) if portal is not None]
        held = {portal.at for portal in executed if portal is not None and portal.at is not None}
        virtual = any(name not in portals and portal is not None and portal.at is None for name, portal in named)
        session.decide_access([step.statement.meaning for step in steps if step.statement is not None])
        shard = session.one_shard([*plans, *map(Direct, held | ties)])
        if shard is None or virtual or any(self._is_elsewhere(name, shard) for name, _ in bound):
            return False
        session.take(shard)
        for portal in made:
            portal.at, portal.plan = shard, Direct(shard)
        self._keep(steps, portals)
        return True

    def _has_already(self, step: Step) -> bool:
        """Whether a step makes a portal that is kept here already."""
        if step.frame.code != Frontend.BIND:
            return False
        name = Bind.decode(step.frame.body).portal
        known = self._portals.get(name)
        return bool(name) and known is not None and known.at is None

    def _is_elsewhere(self, name: bytes, shard: int) -> bool:
        """Whether there is a portal of this name that a shard does not know."""
        known = self._portals.get(name)
        return bool(name) and known is not None and known.at != shard

    def _keep(self, steps: Sequence[Step], portals: Mapping[bytes, Portal]) -> None:
        """The portals that there are after steps."""
        depth = self._session.transaction.depth
        for step in steps:
            if step.frame.code == Frontend.BIND:
                name = Bind.decode(step.frame.body).portal
                if name in portals:
                    self._portals.put(name, portals[name], depth)
            elif step.frame.code == Frontend.CLOSE and (closed := portal_of(step)) is not None:
                self._portals.close(closed)

    def _asked_for(self, steps: Sequence[Step], portals: Mapping[bytes, Portal]) -> list[bytes]:
        """The portals of the protocol that are executed or described."""
        named = (portal_of(step) for step in steps if step.frame.code != Frontend.CLOSE)
        return [name for name in named if name is not None and self._cursor(name, portals) is None]

    def _cursor(self, name: bytes, portals: Mapping[bytes, Portal]) -> int | None:
        """The shard of the cursor of SQL that has the name of a portal."""
        cursors = self._session.planning.cursors
        if not name or not len(cursors) or name in portals or name in self._portals:
            return None
        return cursors.find(_shown(name))

    def _ties(self, steps: Sequence[Step], portals: Mapping[bytes, Portal]) -> Iterator[int]:
        """The shards that know what steps are about, and no other does. Raises ShardRefused."""
        for step in steps:
            name = portal_of(step)
            if name is not None:
                portal = None if name in portals else self._portals.get(name)
                tie = self._cursor(name, portals) if portal is None else portal.at
            else:
                tie = self._tie_of_statement(step)
            if tie is not None:
                yield tie

    def _tie_of_statement(self, step: Step) -> int | None:
        """The shard that has to describe a statement."""
        if step.frame.code not in (Frontend.PARSE, Frontend.DESCRIBE) or step.statement is None:
            return None
        planning, numbers = self._session.planning, self._exchange.cluster.layout.numbers
        if step.statement.needs is not None:
            found = self._of_execute(step.statement)
            return found.shard if isinstance(found, Direct) else None
        if not len(planning.cursors) and not numbers.own:
            return None
        asked = Asked(step.statement.sql, step.statement.parameter_types)
        for one in planning.statements(asked.sql):
            cursor = planning.cursor_of(one)
            if cursor is not None:
                return cursor
            if planning.concerns_own_types(one, asked):
                return numbers.reference
        return None

    def _of_execute(self, statement: PreparedStatement) -> Plan:
        """Where an EXECUTE goes; its arguments are in its text."""
        [one] = self._session.planning.statements(statement.sql)
        return self._session.planning.plan(one, NOTHING_BOUND, Asked(statement.sql), statement.needs)

    def _bound(self, step: Step) -> tuple[bytes, Portal | None]:
        """The portal that a Bind makes, and its name."""
        if step.frame.code != Frontend.BIND or step.statement is None:
            return b'', None
        bind = Bind.decode(step.frame.body)
        values = values_of(bind)
        statements = self._session.planning.statements(step.statement.sql)
        if len(statements) != 1:
            return bind.portal, Portal(step.statement, None, Anywhere(), values)
        [one] = statements
        types = step.statement.parameter_types
        if BINARY in values.formats and not all_named(types, len(values.parameters)):
            types = self._shape(step).types  # Only the server knows what these bytes are.
        asked = Asked(step.statement.sql, step.statement.parameter_types, values)
        planning, needs = self._session.planning, step.statement.needs
        if isinstance(one.blueprint, Prepares):
            planning.check_prepared(one)
        found = planning.plan(one, BoundParameters(types, values), asked, needs)
        return bind.portal, Portal(step.statement, one, found, values)

    # Step by step

    def answer(self, steps: Sequence[Step], *, whole: bool) -> int:
        """Answer steps in turn; return how many have been, if one of them fails.

        ``whole``: there is nothing more before the Sync.
        """
        alone = whole and len(executed_in(steps)) == 1
        self._session.decide_access([step.statement.meaning for step in steps if step.statement is not None])
        for number, step in enumerate(steps):
            try:
                self._step(step, alone=alone, last=number == len(steps) - 1)
            except REFUSED as error:
                if step.statement is not None:
                    self._exchange.count_refusal(step.statement.sql, error)
                self._session.refuse(self._session.planning.cause_of(error))
                return number
        return len(steps)

    def sync(self) -> None:
        """The pipeline is over: what it has done becomes true."""
        session = self._session
        if session.transaction.implicit:
            try:
                session.close_implicitly()
            except REFUSED as error:
                session.refuse(error)
        session.finish()
        self._forget_portals()

    def portal(self, step: Step) -> Portal | None:
        """What a step executes."""
        return self._portals.get(portal_of(step) or b'')

    def settle(self) -> None:
        """One shard has answered all of it."""
        self._session.settle()
        self._forget_portals()

    def abandon(self) -> None:
        """Its transaction has been given up."""
        self._portals.clear()

    def _forget_portals(self) -> None:
        """With their transaction they end."""
        if not self._session.transaction.open:
            self._portals.clear()

    def _step(self, step: Step, *, alone: bool, last: bool) -> None:
        self._check_accepted(step)
        self._check_place(step)
        write = self._exchange.stream.write
        match step.frame.code:
            case Frontend.PARSE:
                if step.clash:
                    raise StatementExists(step.name)
                if not is_control(step):
                    self._shape(step)
                write(response.PARSE_COMPLETE)
            case Frontend.BIND:
                if step.statement is None:
                    raise StatementNotFound(f'prepared statement "{_shown(step.name)}" does not exist')
                self._portals.check_free(Bind.decode(step.frame.body).portal)
                name, portal = self._bound(step)
                if portal is not None:
                    self._portals.put(name, portal, self._session.transaction.depth)
                write(response.BIND_COMPLETE)
            case Frontend.DESCRIBE:
                self._describe(step)
            case Frontend.EXECUTE:
                self._execute(step, alone=alone, last=last)
            case Frontend.CLOSE:
                if (closed := portal_of(step)) is not None:
                    self._portals.close(closed)
                write(response.CLOSE_COMPLETE)

    def _check_accepted(self, step: Step) -> None:
        if not self._session.control.failed or step.frame.code == Frontend.CLOSE:
            return
        self._check_is_there(step)
        statement = step.statement
        if statement is None or not statement.meaning.allowed_in_failed_transaction:
            if statement is not None and not parses(statement.sql):
                self._shape(step)  # What is wrong with the text comes first.
            raise FailedTransaction('current transaction is aborted, commands ignored until end of transaction block')

    def _check_is_there(self, step: Step) -> None:
        """What a step is about: that comes before all else."""
        name = portal_of(step)
        if name:
            self._portals.find(name)
        elif step.frame.code in (Frontend.BIND, Frontend.DESCRIBE) and step.statement is None:
            raise StatementNotFound(f'prepared statement "{_shown(step.name)}" does not exist')

    def _check_place(self, step: Step) -> None:
        if step.statement is not None and step.statement.needs is not None:
            self._of_execute(step.statement)
            raise FeatureNotSupported(
                'EXECUTE cannot be asked for in the midst of what other shards answer', hint='Send a Sync before it.'
            )
        name = portal_of(step)
        if name is not None and self._cursor(name, {}) is not None:
            raise FeatureNotSupported(
                'a cursor cannot be asked for in the midst of what other shards answer', hint='Send a Sync before it.'
            )

    def _shape(self, step: Step) -> Shape:
        """What a server says of the statement that a step is about."""
        if step.statement is None:
            raise StatementNotFound(f'prepared statement "{_shown(step.name)}" does not exist')
        planning = self._session.planning
        one = next(iter(planning.statements(step.statement.sql)), None)
        return planning.shape(one, Asked(step.statement.sql, step.statement.parameter_types))

    def _describe(self, step: Step) -> None:
        write = self._exchange.stream.write
        described = Named.decode(step.frame.body)
        of_statement = described.target is Target.STATEMENT
        formats = () if of_statement else self._portals.find(described.name).values.result_formats
        if is_control(step):
            write(answer_to(step, b''))
            return
        shape = self._shape(step)
        if of_statement:
            write(frames.encode(Backend.PARAMETER_DESCRIPTION, shape.types))
        columns = shape.description
        if columns is None:
            write(response.NO_DATA)
            return
        write(frames.encode(Backend.ROW_DESCRIPTION, columns.with_formats(formats).encode()))

    def _execute(self, step: Step, *, alone: bool, last: bool) -> None:
        execute = Execute.decode(step.frame.body)
        portal = self._portals.find(execute.portal)
        session, stream = self._session, self._exchange.stream
        # Of what is executed it is known what the parameters mean.
        portal.statement = statement = step.statement or portal.statement
        meaning = statement.meaning
        if not alone and sets_locally(meaning):
            session.open_implicitly()
        if portal.done and controls_alone(meaning):
            raise PortalCannotBeRun(execute.portal)
        completed = session.control.answer(meaning, portal.statement.sql, relays=False)
        if completed:
            portal.done = True
            stream.write(completed)
        elif step.local == 'DEALLOCATE' and self._exchange.renames:
            stream.write(response.command_complete(step.local))  # No server has the name.
            self._exchange.state.completed(Note(closed=step.closed), b'')
        elif portal.at is not None:
            raise FeatureNotSupported(
                'a portal of one shard cannot be executed together with what other shards answer',
                hint='Send a Sync before it.',
            )
        elif portal.one is None:
            stream.write(response.EMPTY_QUERY_RESPONSE)
        else:
            if not session.begun:
                check_needs_no_block(portal.one)
            if portal.rest is None and not isinstance(portal.plan, Direct | Anywhere):
                self._exchange.counted(statement.sql).several += 1
            if not alone or writes(portal.plan):
                session.open_implicitly()
            if isinstance(portal.plan, CopyIn | CopyOutOf):
                self._copy(portal, portal.one, portal.plan, execute.portal, last=last)
            else:
                self._run(portal, portal.one, execute)

    def _copy(
        self, portal: Portal, one: One[Shape], found: CopyIn | CopyOutOf, name: bytes, *, last: bool
    ) -> None:
        """A server that takes data ignores the Sync that follows the Execute at once."""
        session, statement = self._session, portal.statement
        if portal.done:
            raise PortalCannotBeRun(name)
        portal.done = True
        takes = isinstance(found, CopyIn)
        if takes and not last:
            raise FeatureNotSupported('messages between the Execute of a COPY FROM STDIN and its Sync')
        try:
            tag = session.copy(statement.meaning, found, one)
        finally:
            self._exchange.relay.answers.sync_spent = takes and session.copies.begun
        session.completed(statement.meaning, found, tag)
        self._exchange.stream.write(frames.encode(Backend.COMMAND_COMPLETE, tag))

    def _run(self, portal: Portal, one: One[Shape], execute: Execute) -> None:
        session, stream = self._session, self._exchange.stream
        statement, limit, name = portal.statement, execute.limit, execute.portal
        if portal.done:
            portal.rest = nothing_left(portal, name)
        if portal.rest is None:
            asked = Asked(statement.sql, statement.parameter_types, portal.values)
            answer = self._answer(portal, one, asked)
            if limit <= 0:
                print_rows(stream, answer)
            else:
                portal.rest = held(answer, session.several.gather_limit)
            portal.tag, portal.returns = answer.tag, answer.description is not None
            portal.done = limit <= 0
            session.completed(statement.meaning, portal.plan, answer.tag)
        if portal.rest is not None:
            rows, suspended = fetch(portal, portal.rest, limit)
            stream.write(rows)
            if suspended:
                return
        portal.done = True
        stream.write(frames.encode(Backend.COMMAND_COMPLETE, portal.tag))

    def _answer(self, portal: Portal, one: One[Shape], asked: Asked) -> Answer:
        session, meaning = self._session, portal.statement.meaning
        try:
            return session.run(meaning, portal.plan, one, asked)
        except AGAIN as error:
            portal.statement.meaning = as_write(meaning) if refuses_to_write(error) else meaning
            if not session.asks_others(error, (asked.sql,)):
                raise
            return session.run(meaning, portal.plan, one, asked)


def _shown(name: bytes) -> str:
    return name.decode(errors='replace')
