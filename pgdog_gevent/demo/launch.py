"""Turn this process into a command that runs under another user and dies with its parent.

Run as a script, by path, in an isolated interpreter (see ``account.Launcher``), so nothing of the package may
be imported here. PostgreSQL refuses to run as root, and the kernel forgets the wish to die with the parent
when the user changes: hence both in one place, in this order.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
"""Linux, ``man 2 prctl``: the signal this process gets when the thread that started it ends."""


def become(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, signum: int) -> None:
    """Ask for ``signum`` when ``parent`` ends; leave at once if it has ended already."""
    if sys.platform == 'linux':
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit('the process that asked for this command is gone')


def main(arguments: list[str]) -> None:
    """Run ``PARENT SIGNAL UID GID COMMAND...``; a UID of -1 keeps the user."""
    parent, signum, uid, gid = (int(number) for number in arguments[:4])
    if uid >= 0:
        become(uid, gid)
    die_with(parent, signum)
    os.execv(arguments[4], arguments[4:])


if __name__ == '__main__':
    main(sys.argv[1:])
