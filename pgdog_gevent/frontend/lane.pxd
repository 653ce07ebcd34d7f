cimport cython

from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.execution.binding cimport Binding
from pgdog_gevent.frontend.accounting cimport Accounting
from pgdog_gevent.frontend.turn cimport Turn
from pgdog_gevent.net._relay cimport Wire


cdef class Lane:
    cdef object _agreement, _answers, _cache, _client, _cluster, _exchange, _fate, _functions, _general, _parameters
    cdef object _prepared, _requests, _services, _state
    cdef Accounting _accounting
    cdef Binding _binding
    cdef Wire _stream
    cdef Turn _turn
    cdef bytes _parse
    cdef bint _bound, _functions_plain, _moves, _renames
    cdef public bint closed
    cdef public int code

    @cython.locals(stream=Wire, message=bytes, kind=int)
    cpdef bint serve(self) except -1
    @cython.locals(server=Wire, connection=BackendConnection)
    cdef bint _await_client(self) except -1
    @cython.locals(
        turn=Turn, query=bint, sent=bytes, queries=long, connection=BackendConnection, server=Wire, status=int,
        now=double, idle=bint,
    )
    cdef bint _serve(self, bytes message, double started) except -1
    @cython.locals(stream=Wire)
    cdef bint _fits(self, BackendConnection connection) except -1
    @cython.locals(server=Wire)
    cdef int _answered(self, BackendConnection connection, bytes message, bytes sent) except -1
    cpdef object _plain(self, bytes sql)
