"""How far replicas must have come."""

from pgdog_gevent.backend.floor import OwnFloor


def test_floor_only_rises() -> None:
    floor = OwnFloor()
    found = [floor.lsn]
    for lsn in (100, 300, 200, 300, 301):
        floor.rise(lsn)
        found.append(floor.lsn)
    assert found == [0, 100, 300, 300, 300, 301]
