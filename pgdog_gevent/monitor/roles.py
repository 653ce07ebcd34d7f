"""Which server of a shard is its primary, and which ones must get no traffic at all.

Pure: what was observed and what is remembered go in; a verdict comes out, with what is to be remembered. The rules:

1. All servers of a shard are copies of one, so they share its system identifier: the one that is remembered, at first
   that of most servers, among equals that of the first in the file. Who has another is a *stranger*. Who tells none is
   not. If more than half of the servers say another, and the primary is not among the rest, all has been made anew
   (pg_upgrade makes a new identifier) and nothing is remembered of before.
2. Each promotion begins a timeline. The highest that was ever seen, be it on a standby, is the *fence*: a server out of
   recovery on an older one is a *stale primary*. A timeline that is not told counts as that of the fence.
3. The primary is the server that is out of recovery, and no stranger and not stale. If there are several, there is none
   until one is left.
4. A primary that cannot be reached stays it until a higher timeline is seen: it may well go on writing for others.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pgdog_gevent.backend.host import Status

_Statuses = Mapping[str, Status | None]


class Observation(NamedTuple):
    """A server of the shard. There is one of each, in the order of the file."""

    host: str
    """Its name in texts; by it, it is known again."""
    status: Status | None
    """``None``: it cannot be reached, and is as good as gone. While one has not been asked yet, it is too early for a
    verdict: the first one settles the system identifier."""


@dataclass(frozen=True, slots=True)
class Fence:
    """What is remembered from one verdict to the next."""

    system_identifier: str = ''
    timeline: int = 0
    """The highest ever seen."""
    primary: str | None = None


NOTHING_REMEMBERED = Fence()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the servers are from now on. Who is neither the primary nor excluded serves reads."""

    primary: str | None
    excluded: Mapping[str, str]
    """Servers that get no traffic, and why."""
    conflict: str
    """Which servers are out of recovery, if they are too many for there to be a primary; else empty."""
    fence: Fence


def verdict(observations: Sequence[Observation], fence: Fence) -> Verdict:
    """Judge what was observed; ``fence`` is that of the last verdict."""
    statuses: _Statuses = dict(observations)
    before = _remembered(statuses, fence)
    strangers = _strangers(statuses, before)
    kin = {host: status for host, status in statuses.items() if status is not None and host not in strangers}
    after = replace(before, timeline=max(before.timeline, *(status.timeline for status in kin.values()), 0))
    excluded = strangers | _stale(kin, after)
    writers = [host for host, status in kin.items() if not status.in_recovery and host not in excluded]
    if len(writers) > 1:
        return Verdict(None, excluded, _conflict(writers, after), replace(after, primary=None))
    absent = _absent_primary(statuses, before, after)
    if absent is not None:
        # Who tells no timeline may have been promoted; who tells the same has not.
        excluded |= {host: _rivalry(after) for host in writers if 0 < kin[host].timeline == before.timeline}
        writers = [host for host in writers if host not in excluded] or [absent]
    primary = writers[0] if writers else None
    return Verdict(primary, excluded, '', replace(after, primary=primary))


def _remembered(statuses: _Statuses, fence: Fence) -> Fence:
    """What is remembered of those servers that there are now."""
    identifiers = [status.system_identifier for status in statuses.values() if status is not None]
    votes = Counter(identifier for identifier in identifiers if identifier).most_common(1)
    if not votes:
        return fence
    [(elected, count)] = votes
    if not fence.system_identifier:
        return replace(fence, system_identifier=elected)
    made_anew = elected != fence.system_identifier and 2 * count > len(statuses) and not _vouched_for(statuses, fence)
    return Fence(elected) if made_anew else fence


def _vouched_for(statuses: _Statuses, fence: Fence) -> bool:
    """Whether there is still the primary of those servers that are remembered, or may be out of reach."""
    if fence.primary is None or fence.primary not in statuses:
        return False
    status = statuses[fence.primary]
    if status is None:
        return True
    ours = status.system_identifier in ('', fence.system_identifier)
    return ours and not status.in_recovery and (status.timeline == 0 or status.timeline >= fence.timeline)


def _strangers(statuses: _Statuses, fence: Fence) -> dict[str, str]:
    return {
        host: f'another system identifier: {status.system_identifier} instead of {fence.system_identifier}'
        for host, status in statuses.items()
        if status is not None and status.system_identifier not in ('', fence.system_identifier)
    }


def _stale(kin: Mapping[str, Status], fence: Fence) -> dict[str, str]:
    return {
        host: f'stale primary: on timeline {status.timeline}, and there is timeline {fence.timeline}'
        for host, status in kin.items()
        if not status.in_recovery and 0 < status.timeline < fence.timeline
    }


def _conflict(writers: Sequence[str], fence: Fence) -> str:
    where = f' on timeline {fence.timeline}' if fence.timeline else ''
    return f'more than one primary{where}: {" and ".join(writers)}'


def _absent_primary(statuses: _Statuses, before: Fence, after: Fence) -> str | None:
    """The primary, if it cannot be reached and nobody is known to have been promoted since."""
    if before.primary is None or before.primary not in statuses or statuses[before.primary] is not None:
        return None
    return before.primary if before.timeline in (0, after.timeline) else None


def _rivalry(fence: Fence) -> str:
    return f'second primary on timeline {fence.timeline}, while {fence.primary} cannot be reached'
