"""Use the model as an application does; ends with an error if anything is not as it should be."""

from datetime import UTC, datetime
from decimal import Decimal

import django
from django.db import DataError, IntegrityError, connection, models, transaction

django.setup()

from tests.integration.drivers.django_site.library.models import Book  # noqa: E402  # needs what is set up above

PUBLISHED = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
COUNT = 500


def main() -> None:
    """Store, read, change, fail, roll back, count."""
    Book.objects.bulk_create(
        Book(title=f'☃ {n}', price=Decimal(n) / 4, published=PUBLISHED, more={'n': [n]}, cover=bytes([n % 256]))
        for n in range(COUNT)
    )
    book = Book.objects.get(title='☃ 7')
    found = (book.price, book.published, book.more, bytes(book.cover))
    assert found == (Decimal('1.75'), PUBLISHED, {'n': [7]}, b'\x07'), found
    assert Book.objects.filter(more__n__0__gte=490).count() == 10
    # The rows of iterator() come through a server-side cursor, which Django declares WITH HOLD outside transactions.
    with transaction.atomic():
        assert [one.title for one in Book.objects.order_by('id').iterator(50)] == [f'☃ {n}' for n in range(COUNT)]
    titles = Book.objects.order_by('id').values_list('title', flat=True).iterator(100)
    assert list(titles) == [f'☃ {n}' for n in range(COUNT)]
    assert Book.objects.aggregate(total=models.Sum('price'))['total'] == sum(Decimal(n) / 4 for n in range(COUNT))
    fail_and_roll_back()
    book.price = Decimal('9.99')
    book.save(update_fields=['price'])
    assert Book.objects.filter(price__gt=9).order_by('id').first() == book
    assert Book.objects.filter(id__gt=book.id).delete()[0] == COUNT - 8
    with connection.cursor() as cursor:
        cursor.execute('SHOW TimeZone')
        assert cursor.fetchone() == ('UTC',)


def fail_and_roll_back() -> None:
    """Break a rule inside a savepoint, and overflow a column."""
    with transaction.atomic():
        Book.objects.create(title='kept', price=1)
        broken = ''
        try:
            with transaction.atomic():
                Book.objects.create(title='lost', price=1)
                Book.objects.create(title='kept', price=1)
        except IntegrityError as error:
            broken = str(error)
        assert 'library_book_title_key' in broken, broken
        Book.objects.select_for_update().get(title='kept')
    broken = ''
    try:
        Book.objects.create(title='x' * 101, price=1)
    except DataError as error:
        broken = str(error)
    assert 'value too long' in broken, broken
    kept = Book.objects.filter(price=1, title__in=['kept', 'lost']).values_list('title', flat=True)
    assert list(kept) == ['kept']
    Book.objects.filter(title='kept').delete()


if __name__ == '__main__':
    main()
