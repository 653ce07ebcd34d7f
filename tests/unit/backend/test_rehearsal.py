"""What is told of a dry run."""

from pgdog_gevent.backend.rehearsal import Rehearsal


def test_report_is_about_what_has_come_since_the_last_one() -> None:
    rehearsal = Rehearsal('app')
    rehearsal.direct, rehearsal.several = 5, 2
    assert rehearsal.report() == (
        'dry run of "app": 5 statements would go to one shard, 2 to several, and 0 would be refused'
    )
    assert rehearsal.report() == ''
    rehearsal.refused, rehearsal.why = 1, 'a reason'
    assert rehearsal.report() == (
        'dry run of "app": 0 statements would go to one shard, 0 to several, and 1 would be refused; '
        'the last one: a reason'
    )
    assert rehearsal.counts == (5, 2, 1)
