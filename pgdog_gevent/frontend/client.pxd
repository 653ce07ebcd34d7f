from pgdog_gevent.backend.counters cimport ClientCounters
from pgdog_gevent.net.stream cimport Stream


cdef class Client:
    cdef public object activity, address, application_name, connected_at, database, greeting, greenlet, id
    cdef public object port, secret, user
    cdef public double last_request_at
    cdef public ClientCounters counters
    cdef public Stream stream
