cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.prepared cimport PreparedStatement
from pgdog_gevent.frontend.parameters cimport Parameters
from pgdog_gevent.frontend.turn cimport Turn
from pgdog_gevent.net.octets cimport find_nul, part
from pgdog_gevent.sharding.quick cimport shard_of_bind, shard_of_text

cdef long _UNKNOWN, _ANYWHERE, _HOME, _CATALOGS, _OF_USERS


cdef class Placing:
    cdef Cluster _cluster
    cdef Parameters _parameters
    cdef object _catalog, _settings, _topology
    cdef long _client_id, _spokesman, _turn
    cdef public object rehearsal
    cdef dict _keyed_routes, _routes
    cdef bint looks, several

    cpdef bint known(self) except -1
    cpdef long of_query(self, bytes sql, bint keyed) except -2
    @cython.locals(sql=bytes, types=bytes, types_at=Py_ssize_t, end=Py_ssize_t, parameter=long)
    cpdef long of_turn(self, Turn turn, bytes message) except -2
    cpdef long next_shard(self) except -2
    cdef long _one(self, long shard) except -2


@cython.locals(number=Py_ssize_t)
cdef bint _came_with_server(bytes types, Py_ssize_t at) except -1
