cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.line cimport Place
from pgdog_gevent.backend.pool cimport Pool
from pgdog_gevent.backend.prepared cimport PreparedStatement, ServerStatements
from pgdog_gevent.execution.agreement cimport Agreement
from pgdog_gevent.execution.binding cimport Binding
from pgdog_gevent.frontend.accounting cimport Accounting
from pgdog_gevent.frontend.client cimport Client
from pgdog_gevent.frontend.judge cimport Judge
from pgdog_gevent.frontend.parameters cimport Parameters
from pgdog_gevent.frontend.placing cimport Placing
from pgdog_gevent.frontend.prepared cimport Prepared
from pgdog_gevent.frontend.services cimport Services
from pgdog_gevent.frontend.turn cimport Turn
from pgdog_gevent.net.clock cimport monotonic, time
from pgdog_gevent.net.octets cimport part
from pgdog_gevent.net.stream cimport Stream
from pgdog_gevent.net.wire cimport Attendant, Wire

cdef Py_ssize_t _HEADER
cdef int _QUERY, _SYNC, _IN_NO_TRANSACTION
cdef long _ANYWHERE
cdef int _MORE, _SENT, _QUEUED, _FLUSH, _BIND, _COVER, _ANSWERED, _CARE, _LEAVE
cdef object _ACTIVE, _IDLE, _WAITING, _IDLE_IN_TRANSACTION, _ORDINARY, _SESSION


cdef class Queued(Place):
    cdef public LoopSide lane
    cdef public Pool pool


cdef class LoopSide(Attendant):
    cdef object _answers, _fate, _general, _portal, _sleeper, _state, _statement
    cdef Accounting _accounting
    cdef Agreement _agreement
    cdef Binding _binding
    cdef Client _client
    cdef Cluster _cluster
    cdef Judge _judge
    cdef Parameters _parameters
    cdef Placing _placing
    cdef Prepared _prepared
    cdef Services _services
    cdef Stream _stream
    cdef Turn _turn
    cdef Queued _place
    cdef bytes _message, _parse
    cdef bint _reads, _renames, _timed
    cdef int _next_step, _status, _turn_status
    cdef long _queries
    cdef Py_ssize_t _longest
    cdef double _since, _started
    cdef public bint closed
    cdef public int code

    @cython.locals(step=int)
    cpdef attend(self, Wire wire)
    @cython.locals(step=int)
    cdef called(self)
    cdef _throw(self, object error)
    @cython.locals(stream=Stream)
    cdef int _hear_client(self) except -1
    @cython.locals(connection=BackendConnection, status=int, server=Stream)
    cdef int _hear_server(self) except -1
    @cython.locals(place=Queued, client=Client, connection=BackendConnection, now=double)
    cdef int _bind_at_once(self) except -1
    @cython.locals(
        stream=Stream, binding=Binding, connection=BackendConnection, kind=int, received=bytes, turn=Turn,
    )
    cdef int _next(self) except -1
    @cython.locals(connection=BackendConnection)
    cdef int _pause(self) except -1
    @cython.locals(turn=Turn)
    cdef bint _judged(self, bytes message) except -1
    cdef bint _may_go(self, object statement) except -1
    @cython.locals(shard=long, several=bint, binding=Binding)
    cdef bint _placed(self, object statement, bytes message) except -1
    @cython.locals(pool=Pool, place=Queued)
    cdef int _enqueue(self) except -1
    cdef int _send_anew(self) except -1
    @cython.locals(connection=BackendConnection, prepared=ServerStatements, server=Stream, turn=Turn)
    cdef int _send(self) except -1
    @cython.locals(
        binding=Binding, connection=BackendConnection, counters=PoolCounters, idle=bint, now=double, server=Stream,
        status=int, stream=Stream,
    )
    cdef int _end(self) except -1
    cdef _count(self, BackendConnection connection, list tags)
    @cython.locals(turn=Turn)
    cdef _note_names(self, BackendConnection connection)
