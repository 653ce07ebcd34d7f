"""Finishes the transactions that somebody has left behind: a proxy that died, a connection that was lost.

Any proxy of the deployment can, at any time, together with any other: what is to become of a transaction is decided by
a row on its anchor, and nowhere else.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from time import time
from typing import Final, NamedTuple, TypeVar

import gevent
from gevent.pool import Pool as Greenlets

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.errors import CannotConnectNow, ProxyError
from pgdog_gevent.sqlstate import OBJECT_NOT_IN_PREREQUISITE_STATE, UNDEFINED_OBJECT
from pgdog_gevent.twophase import decision, inquiry
from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.forgetting import Forgetting, forget
from pgdog_gevent.twophase.gid import Name
from pgdog_gevent.twophase.inquiry import Prepared
from pgdog_gevent.twophase.register import Entry, InDoubt, Register
from pgdog_gevent.twophase.resolve import YOUNG, Move, resolve
from pgdog_gevent.twophase.site import Site

log = logging.getLogger(__name__)

T = TypeVar('T')

_AT_ONCE: Final = 8
"""Transactions that are finished at the same time."""


class Terms(NamedTuple):
    """How long things are left alone, in seconds."""

    grace: float
    retention: float
    young: float = YOUNG
    forgets: bool = True
    """Whether decisions are removed at all: by one process, that has seen until when something was prepared."""


class Recovery:
    """Of one database. ``clock`` is monotonic, in seconds."""

    def __init__(self, database: str, register: Register, clock: Callable[[], float]) -> None:
        self._database = database
        self._register = register
        self._scope = register.scope(database)
        self._clock = clock
        self._clusters: Sequence[Cluster] = ()
        self._sites: dict[int, Site] = {}
        self._failures: dict[str, str] = {}
        """Why a transaction could not be finished, by its name."""
        self._strange: tuple[str, ...] = ()
        """What is prepared where it does not belong."""
        self._forgetting = Forgetting(self._scope, register, clock)
        self.found_nothing = False
        """No shard that could be asked had anything prepared the last time."""

    def run(self, clusters: Sequence[Cluster], terms: Terms, *, hurried: bool = False) -> tuple[str, ...]:
        """Look at all shards once, and finish what can be. ``clusters``: the database as its users see it.

        ``hurried``: also at those that have failed, and forget what can be. Return what could not be done.
        """
        self._clusters = clusters
        shards = range(clusters[0].topology.shards)
        for shard in self._sites.keys() - set(shards):
            self._sites.pop(shard).close()
        self._sites = {shard: self._sites.get(shard) or self._site(shard) for shard in shards}
        if hurried:
            self._forgetting.hurry()
            for site in self._sites.values():
                site.hurry()
        left = self._register.left
        forgets = terms.forgets and self._forgetting.begin(terms.retention)
        old = self._each(lambda site: self._forgetting.look(site, terms.retention)) if forgets else {}
        listed = self._each(lambda site: site.ask(lambda asked: inquiry.prepared(asked, self._scope)))
        found = {shard: [each for each in parts if each.part.shard == shard] for shard, parts in listed.items()}
        by_name = _by_name(found)
        self._strange = tuple(_strange(listed, found))
        self.found_nothing = not by_name
        self._finish_all(by_name, terms)
        self._settle(left, {name.text for name in by_name}, found.keys())
        needless = self._forgetting.needless(old, by_name.keys(), found.keys(), terms.retention)
        if needless:
            self._each(lambda site: forget(site, needless))
        failures = (site.failure for site in self._sites.values() if site.failure)
        return (*failures, *self._failures.values(), *self._strange)

    def close(self) -> None:
        """Leave no connection open."""
        for site in self._sites.values():
            site.close()

    # Asking

    def _site(self, shard: int) -> Site:
        return Site(shard, lambda: self._logins(shard), self._register.keys, self._clock)

    def _logins(self, shard: int) -> list[Target]:
        pools = [cluster.writer(shard) for cluster in self._clusters]
        return [pool.target for pool in pools if not pool.paused]

    def _each(self, ask: Callable[[Site], T]) -> dict[int, T]:
        """What all shards say that can be asked, at the same time."""
        asked = {
            shard: gevent.spawn(self._asked, site, ask) for shard, site in self._sites.items() if not site.resting
        }
        try:
            gevent.joinall(list(asked.values()))
        finally:
            gevent.killall(list(asked.values()), block=False)  # If we have been: nobody looks any more.
        return {shard: said for shard, greenlet in asked.items() for said in greenlet.get()}

    def _asked(self, site: Site, ask: Callable[[Site], T]) -> tuple[T, ...]:
        try:
            said = ask(site)
        except ProxyError as error:
            if site.failed(error):
                used = any(cluster.settings.two_phase_commit for cluster in self._clusters)
                text = '%s, shard %s: cannot look for prepared transactions: %s'
                log.log(logging.WARNING if used else logging.DEBUG, text, self._database, site.shard, error.message)
            return ()
        site.worked()
        return (said,)

    def _settle(self, left: Iterable[Entry], prepared: Collection[str], looked_at: Collection[int]) -> None:
        """Those that this process has left behind, and of which nothing is prepared any more."""
        for entry in left:
            is_over = entry.name not in prepared and set(entry.participants).issubset(looked_at)
            if is_over and entry.database == self._database:
                self._register.settled(entry)

    # Finishing

    def _finish_all(self, by_name: Mapping[Name, Sequence[Prepared]], terms: Terms) -> None:
        greenlets = Greenlets(_AT_ONCE)
        ours = {name: parts for name, parts in by_name.items() if name.text not in self._register}
        done = {name: greenlets.spawn(self._try_to_finish, name, parts, terms) for name, parts in ours.items()}
        try:
            greenlets.join()
        finally:
            greenlets.kill(block=False)
        texts = {name.text for name in ours}
        self._failures = {text: failure for text, failure in self._failures.items() if text in texts}
        left = [name for name, greenlet in done.items() if not greenlet.get()]
        self._register.in_doubt[self._database] = tuple(_in_doubt(self._database, name, ours[name]) for name in left)

    def _try_to_finish(self, name: Name, parts: Sequence[Prepared], terms: Terms) -> bool:
        """Whether there is nothing in doubt about it any more."""
        try:
            verdict = self._verdict(name, parts, terms)
        except ProxyError as error:
            self._complain(name, error)
            return False
        return verdict is None or self._finish_parts(name, parts, verdict)  # Without one somebody is at it.

    def _finish_parts(self, name: Name, parts: Sequence[Prepared], verdict: Verdict) -> bool:
        """Whether all have ended: one that cannot be is in nobody's way."""
        finished: list[int] = []
        failed: ProxyError | None = None
        for each in parts:
            try:
                finished += [each.part.shard] if self._finish(each, verdict) else []
            except ProxyError as error:
                failed = error
        if finished:
            self._register.recovered += 1
            word = 'committed' if verdict is Verdict.COMMIT else 'rolled back'
            where = ', '.join(map(str, finished))
            log.info('%s: recovered transaction %s: %s on shard %s', self._database, name.text, word, where)
        if failed is not None:
            self._complain(name, failed)
            return False
        self._failures.pop(name.text, None)
        return True

    def _complain(self, name: Name, error: ProxyError) -> None:
        failure = f'transaction {name.text} cannot be finished yet: {error.message}'
        if self._failures.get(name.text) != failure:
            self._failures[name.text] = failure
            log.warning('%s: %s%s', self._database, failure, f' (hint: {error.hint})' if error.hint else '')

    def _verdict(self, name: Name, parts: Sequence[Prepared], terms: Terms) -> Verdict | None:
        """What is to become of it; ``None``: its coordinator is at it."""
        age = max(each.age for each in parts)
        if age < terms.young:
            return None  # Without asking: there may be many of them, of other proxies.
        site = self._sites.get(name.anchor)
        if site is None:
            raise CannotConnectNow(
                f'it is decided on shard {name.anchor}, which the database does not have',
                hint='If shards have been taken away, it has to be finished by hand.',
            )
        if site.failure:
            raise CannotConnectNow(f'shard {name.anchor}, which decides, cannot be asked: {site.failure}')
        owners = self._owners(name, parts, site)
        anchor = site.ask(lambda asked: inquiry.anchor_of(asked, name))
        verdict = self._known(site, name, owners)
        match resolve(verdict, anchor, age, terms.grace, terms.young):
            case Move.COMMIT | Move.ROLL_BACK:
                return verdict
            case Move.WAIT:
                return None
            case Move.CLAIM:
                shards = sorted({each.part.shard for each in parts} | {name.anchor})
                return self._claim(site, name, shards, owners)

    def _known(self, site: Site, name: Name, owners: Sequence[str]) -> Verdict | None:
        """What has been decided, as far as the users may see it."""
        asked_as = ((owner, user) for owner in owners for user in _who_speaks_for(owner, site))
        known = (site.ask(partial(_read_verdict, name=name, owner=owner), user) for owner, user in asked_as)
        return next((found for found in known if found is not None), None)

    def _claim(self, site: Site, name: Name, shards: Sequence[int], owners: Sequence[str]) -> Verdict:
        """Have all who could decide it abort it; one of them may have committed it."""
        verdicts = {self._claim_as(site, name, shards, owner) for owner in owners}
        return Verdict.COMMIT if Verdict.COMMIT in verdicts else Verdict.ABORT

    def _claim_as(self, site: Site, name: Name, shards: Sequence[int], owner: str) -> Verdict:
        refusal: ServerError | None = None
        for user in _who_speaks_for(owner, site):
            try:
                verdict = site.ask(lambda asked: decision.settle(asked, name, shards, owner), user)
            except ServerError as refused:
                refusal = refused
            else:
                if verdict is not None:
                    return verdict
        raise CannotConnectNow(
            f'none of the users of shard {name.anchor} may speak for "{owner}", who decides'
            + (f': {refusal.message}' if refusal is not None else ''),
            hint='The configuration must have that user, or one who is superuser on the servers.',
        )

    def _owners(self, name: Name, parts: Sequence[Prepared], site: Site) -> list[str]:
        """The users of the anchor whose row counts: one, but for users of the same digest. Raises CannotConnectNow."""
        known, others = site.users(), sorted({each.owner for each in parts})
        # Somebody could make a role whose digest is the same: those who are configured count more.
        found = ([user for user in users if name.is_decided_by(user)] for users in (known, others))
        owners = next(filter(None, found), [])
        if not owners:
            raise CannotConnectNow(
                f'it is not known which user of shard {name.anchor} decides it',
                hint='The configuration must have the user who has begun it.',
            )
        return owners

    def _finish(self, each: Prepared, verdict: Verdict) -> bool:
        """End one part; false if somebody else has, or is just at it. Raises ProxyError."""
        site = self._sites[each.part.shard]
        users = site.users()
        refusal: ServerError | None = None
        text = decision.finish(each.part.gid, verdict)
        for user in (each.owner,) if each.owner in users else users:
            try:
                site.ask(lambda asked: asked.run(text), user)
                return True
            except ServerError as refused:
                if refused.sqlstate in (UNDEFINED_OBJECT, OBJECT_NOT_IN_PREREQUISITE_STATE):
                    return False
                refusal = refused
        assert refusal is not None
        raise refusal


def _who_speaks_for(owner: str, site: Site) -> tuple[str, ...]:
    """As whom the anchor is asked: the owner, or else whoever may be superuser."""
    users = site.users()
    return (owner,) if owner in users else users


def _strange(
    listed: Mapping[int, Sequence[Prepared]], found: Mapping[int, Sequence[Prepared]]
) -> Iterator[str]:
    """What is prepared on a shard under the number of another one: shards have been numbered anew."""
    known = {each.part for parts in found.values() for each in parts}
    for shard, parts in listed.items():
        for each in parts:
            if each.part.shard != shard and each.part not in known:
                yield f'{each.part.gid} is prepared on shard {shard}: have shards been numbered anew?'


def _read_verdict(asked: BackendConnection, name: Name, owner: str) -> Verdict | None:
    return decision.read_verdict(asked.run(decision.verdict_of(name, owner)))


def _by_name(found: Mapping[int, Iterable[Prepared]]) -> dict[Name, list[Prepared]]:
    by_name: dict[Name, list[Prepared]] = {}
    for parts in found.values():
        for each in parts:
            by_name.setdefault(each.part.name, []).append(each)
    return by_name


def _in_doubt(database: str, name: Name, parts: Sequence[Prepared]) -> InDoubt:
    shards = tuple(sorted(each.part.shard for each in parts))
    return InDoubt(name.text, database, parts[0].owner, shards, time() - max(each.age for each in parts))
