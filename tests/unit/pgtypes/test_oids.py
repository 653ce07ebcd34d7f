"""Object identifiers are numbers, told apart, and arrays lead back to their elements."""

from pgdog_gevent.pgtypes import oids

NAMED = [number for number in vars(oids).values() if isinstance(number, int)]


def test_every_type_has_arrays_of_its_own() -> None:
    assert set(oids.ARRAY_OF) == set(NAMED)
    assert len({*oids.ARRAY_OF, *oids.ARRAY_OF.values()}) == 2 * len(NAMED)


def test_an_array_leads_back_to_its_element() -> None:
    assert {element: oids.ELEMENT_OF[array] for element, array in oids.ARRAY_OF.items()} == {oid: oid for oid in NAMED}
