"""Where the last record of the WAL ends."""

import pytest

from pgdog_gevent.backend.position import end_of_record

PAGE, SEGMENT = 8192, 16 * 1024 * 1024


@pytest.mark.parametrize(
    ('insert_lsn', 'end'),
    [
        pytest.param(5 * PAGE + 24, 5 * PAGE, id='behind the header of a page'),
        pytest.param(5 * PAGE + 32, 5 * PAGE + 32, id='behind the end of a record that began on the page before'),
        pytest.param(5 * PAGE + 40, 5 * PAGE + 40, id='where the header would end if it were the first page'),
        pytest.param(6 * PAGE - 8, 6 * PAGE - 8, id='before the end of a page'),
        pytest.param(5 * PAGE, 5 * PAGE, id='at the end of a page'),
        pytest.param(3 * SEGMENT + 40, 3 * SEGMENT, id='behind the header of a segment'),
        pytest.param(3 * SEGMENT + 48, 3 * SEGMENT + 48, id='behind a record of the first page of a segment'),
        pytest.param(3 * SEGMENT + PAGE + 24, 3 * SEGMENT + PAGE, id='behind the header of the second page'),
        pytest.param(2**40 * SEGMENT + 40, 2**40 * SEGMENT, id='far'),
    ],
)
def test_header_of_a_page_belongs_to_no_record(insert_lsn: int, end: int) -> None:
    assert end_of_record(insert_lsn, insert_lsn % SEGMENT, PAGE) == end


def test_segments_and_pages_are_as_long_as_the_server_says() -> None:
    segment, page = 64 * 1024 * 1024, 16_384
    assert end_of_record(SEGMENT + 40, SEGMENT + 40, page) == SEGMENT + 40
    assert end_of_record(PAGE + 24, PAGE + 24, page) == PAGE + 24
    assert end_of_record(segment + 40, 40, page) == segment
    assert end_of_record(segment + page + 24, page + 24, page) == segment + page
