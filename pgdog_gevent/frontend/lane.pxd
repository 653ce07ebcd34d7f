cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.prepared cimport PreparedStatement, ServerStatements
from pgdog_gevent.execution.agreement cimport Agreement
from pgdog_gevent.execution.binding cimport Binding
from pgdog_gevent.frontend.accounting cimport Accounting
from pgdog_gevent.frontend.client cimport Client
from pgdog_gevent.frontend.parameters cimport Parameters
from pgdog_gevent.frontend.prepared cimport Prepared
from pgdog_gevent.frontend.services cimport Services
from pgdog_gevent.frontend.turn cimport Turn
from pgdog_gevent.net.stream cimport Stream
from pgdog_gevent.router.cache cimport StatementCache

cdef int _QUERY, _IN_NO_TRANSACTION


cdef class Lane:
    cdef object _answers, _exchange, _fate, _functions, _general, _portal, _requests, _state, _told
    cdef StatementCache _cache
    cdef Client _client
    cdef Services _services
    cdef object _plain_text, _harmless_statement
    cdef Agreement _agreement
    cdef Cluster _cluster
    cdef Parameters _parameters
    cdef Prepared _prepared
    cdef Accounting _accounting
    cdef Binding _binding
    cdef Stream _stream
    cdef Turn _turn
    cdef bytes _parse
    cdef bint _functions_plain, _keyed, _moves, _renames
    cdef int _status
    cdef public bint closed
    cdef public int code

    @cython.locals(stream=Stream, message=bytes, kind=int, started=double)
    cpdef bint serve(self) except -1
    @cython.locals(server=Stream, connection=BackendConnection, client=Client)
    cdef bint _await_client(self) except -1
    @cython.locals(
        turn=Turn, query=bint, sent=bytes, queries=long, connection=BackendConnection, server=Stream, status=int,
        now=double, idle=bint, pool=PoolCounters,
    )
    cdef bint _serve(self, bytes message, double started) except -1
    @cython.locals(stream=Stream, prepared=ServerStatements)
    cdef bint _fits(self, BackendConnection connection) except -1
    @cython.locals(server=Stream)
    cdef int _answered(self, BackendConnection connection, bytes message, bytes sent, long queries) except -1
    cdef BackendConnection _bind(self, double started, long queries)
    cpdef object _plain(self, bytes sql)
    cpdef bint _harmless(self, PreparedStatement prepared) except -1
    cdef bint _calls_nothing(self, object statement, bytes sql) except -1
    cdef _turned(self, BackendConnection connection, int status, object statement)
    cdef _note_names(self, Turn turn, BackendConnection connection)
    cdef _leave(self)
