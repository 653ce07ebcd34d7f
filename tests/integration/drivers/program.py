"""Run a program to its end, and say what it printed if that is not a good one."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

TIMEOUT = 60.0


def output(command: Sequence[str], environ: Mapping[str, str], directory: Path | None = None) -> str:
    """Return what ``command`` printed; fail with that and its complaints if it ends badly or not in a minute."""
    with subprocess.Popen(
        command, cwd=directory, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            printed, complaints = program.communicate(timeout=TIMEOUT)
            ended = f'ended with {program.returncode}'
        except subprocess.TimeoutExpired:
            program.kill()
            printed, complaints = program.communicate()
            ended = f'did not end in {TIMEOUT:g} s'
    assert ended == 'ended with 0', f'{command[0]} {ended}:\n{printed}\n{complaints}'
    return printed
