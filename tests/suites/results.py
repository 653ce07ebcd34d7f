"""What a run of pytest has found, from its JUnit report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

ONCE = 'passed when it was run again'


@dataclass(frozen=True, slots=True)
class Results:
    """The tests of one suite on one way; ``failures`` says for each what went wrong, in a line."""

    passed: frozenset[str]
    failures: Mapping[str, str]
    skipped: frozenset[str]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Passed, failed, skipped."""
        return len(self.passed), len(self.failures), len(self.skipped)

    def corrected_by(self, repetition: 'Results') -> 'Results':
        """Return the same, but a failure that has not come again in ``repetition`` says so."""
        by_chance = frozenset(self.failures) & repetition.passed
        return replace(self, failures={
            name: f'{ONCE}: {reason}' if name in by_chance else reason for name, reason in self.failures.items()
        })  # fmt: skip

    def worse_than(self, direct: 'Results') -> dict[str, str]:
        """Return the failures of tests that pass directly, and tests that have not even run here."""
        failed = {name: reason for name, reason in self.failures.items() if name in direct.passed}
        missing = direct.passed - self.passed - set(self.failures)
        return failed | dict.fromkeys(sorted(missing), 'did not run')


def read_results(report: Path) -> Results:
    """Read a report; a test that fails and whose end fails as well counts once."""
    outcomes: dict[str, ElementTree.Element | None] = {}
    for case in ElementTree.parse(report).getroot().iter('testcase'):
        name = f'{case.get("classname")}::{case.get("name")}'
        outcome = next(iter(case.findall('failure') + case.findall('error') + case.findall('skipped')), None)
        if outcomes.get(name) is None:
            outcomes[name] = outcome
    return Results(
        passed=frozenset(name for name, outcome in outcomes.items() if outcome is None),
        failures={name: reason(each) for name, each in outcomes.items() if each is not None and failed(each)},
        skipped=frozenset(name for name, each in outcomes.items() if each is not None and not failed(each)),
    )


def failed(outcome: ElementTree.Element) -> bool:
    """Whether this is a failure, in the test or around it, rather than a skip."""
    return outcome.tag != 'skipped'


def reason(outcome: ElementTree.Element) -> str:
    """Return the exception in one line."""
    lines = (outcome.get('message') or outcome.text or '').split('\n')
    return lines[0].strip() or 'no reason given'
