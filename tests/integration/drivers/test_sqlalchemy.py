"""SQLAlchemy over three drivers: an ORM round trip, transactions, reflection, its pool."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import JSON, DateTime, Engine, ForeignKey, Numeric, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

from tests.integration.drivers.front import Front


class Model(DeclarativeBase):
    """What is mapped here."""


class Author(Model):
    """Has books."""

    __tablename__ = 'author'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    born: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    books: Mapped[list['Book']] = relationship(back_populates='author', order_by='Book.id')


class Book(Model):
    """Has an author."""

    __tablename__ = 'book'
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    more: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    author_id: Mapped[int] = mapped_column(ForeignKey('author.id'))
    author: Mapped[Author] = relationship(back_populates='books')


@pytest.fixture(params=['psycopg', 'psycopg2', 'pg8000'])
def engine(request: pytest.FixtureRequest, front: Front) -> Iterator[Engine]:
    engine = create_engine(front.url(f'postgresql+{request.param}'), pool_size=3)
    Model.metadata.create_all(engine)
    yield engine
    engine.dispose()


BORN = datetime(1920, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_objects_come_back_as_they_were_stored(engine: Engine) -> None:
    with Session(engine) as session:
        books = [Book(title=f'☃ {n}', price=Decimal(n) / 4, more={'n': [n]}) for n in range(300)]
        session.add(Author(name='Isaac', born=BORN, books=books))
        session.commit()
    with Session(engine) as session:
        author = session.scalars(select(Author).options(selectinload(Author.books))).one()
        assert (author.name, author.born) == ('Isaac', BORN)
        found = [(book.title, book.price, book.more) for book in author.books]
        assert found == [(f'☃ {n}', Decimal(n) / 4, {'n': [n]}) for n in range(300)]
        author.books[7].price = Decimal('0.01')
        session.delete(author.books[299])
        session.commit()
        total = select(func.count(), func.sum(Book.price)).where(Book.author_id == author.id)
        assert tuple(session.execute(total).one()) == (299, sum(Decimal(n) / 4 for n in range(299)) - Decimal('1.74'))


def test_what_breaks_a_rule_is_refused_and_rolled_back(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Author(name='Isaac'))
        session.commit()
        with session.begin_nested():
            session.add(Author(name='Arthur'))
        session.add(Author(name='Isaac'))
        with pytest.raises(IntegrityError, match='author_name_key'):
            session.flush()
        session.rollback()
        assert session.scalars(select(Author.name)).all() == ['Isaac']


def test_tables_are_reflected(engine: Engine) -> None:
    inspector = inspect(engine)
    assert sorted(inspector.get_table_names()) == ['author', 'book']
    assert [column['name'] for column in inspector.get_columns('book')] == ['id', 'title', 'price', 'more', 'author_id']
    [key] = inspector.get_foreign_keys('book')
    assert (key['constrained_columns'], key['referred_table']) == (['author_id'], 'author')


def test_isolation_levels_are_those_asked_for(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level='SERIALIZABLE') as connection:
        assert connection.scalar(text('SHOW transaction_isolation')) == 'serializable'
    with engine.connect() as connection:
        assert connection.scalar(text('SHOW transaction_isolation')) == 'read committed'
    with engine.connect().execution_options(isolation_level='AUTOCOMMIT') as connection:
        with pytest.raises(DBAPIError):
            connection.execute(text('SELECT 1 / 0'))
        assert connection.scalar(text('SELECT 1')) == 1


def test_rows_are_streamed_in_portions(engine: Engine) -> None:
    with engine.connect().execution_options(yield_per=100) as connection:
        assert connection.scalars(text('SELECT generate_series(1, 1000)')).all() == list(range(1, 1001))


def test_threads_share_the_pool_and_lose_nothing(engine: Engine) -> None:
    def add(number: int) -> None:
        for n in range(5):
            with Session(engine) as session, session.begin():
                session.add(Author(name=f'{number} {n}'))

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert session.scalar(select(func.count(func.distinct(Author.name)))) == 40
