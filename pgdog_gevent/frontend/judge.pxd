cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.prepared cimport PreparedStatement
from pgdog_gevent.execution.agreement cimport Agreement
from pgdog_gevent.router.cache cimport StatementCache
from pgdog_gevent.router.recent cimport Kept


cdef object _ORDINARY, _ORDINARY_READ, _BEGIN, _COMMIT, _ROLLBACK


cdef class Judge:
    cdef object _functions, _told
    cdef Agreement _agreement
    cdef StatementCache _cache
    cdef Cluster _cluster
    cdef bint _by_catalog, _functions_plain, _keyed, _moves, _reads_plainly
    cdef public bint reads
    cdef public Kept kept

    cpdef use(self, StatementCache cache, object volatility)
    cpdef bint outdated(self) except -1
    cdef object _reading(self, bytes sql)
    cpdef object meaning(self, bytes sql)
    cpdef bint ordinary_again(self, bytes sql) except -1
    cpdef bint harmless(self, PreparedStatement prepared) except -1
    cdef bint _may_control(self, object statement) except -1
    cdef bint _calls_nothing(self, object statement, bytes sql) except -1
