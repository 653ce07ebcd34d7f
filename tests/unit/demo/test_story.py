"""What the demo prints."""

from pgdog_gevent.demo.story import table


def test_rows_are_laid_out_under_their_names() -> None:
    assert list(table(['name', 'n'], [['Lisbon', '546000'], ['Rome', '7']])) == [
        'name   | n',
        '-------+-------',
        'Lisbon | 546000',
        'Rome   | 7',
    ]
