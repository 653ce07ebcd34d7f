# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""``wire.py`` in C. What its methods mean is said there; here is only what is special to this form."""

import os

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.object cimport PyObject
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdlib cimport malloc

import ssl

from gevent.hub import get_hub

from pgdog_gevent.net.transport import PlainTransport

cdef extern from "sys/socket.h" nogil:
    ssize_t c_recv "recv"(int fd, void *buffer, size_t size, int flags)
    ssize_t c_send "send"(int fd, const void *buffer, size_t size, int flags)
    int MSG_DONTWAIT
    int MSG_NOSIGNAL
    int MSG_PEEK

cdef extern from "Python.h":
    void Py_DECREF(PyObject *)

cdef extern from "greenlet/greenlet.h":
    ctypedef struct PyGreenlet:
        pass
    void PyGreenlet_Import()
    PyObject *PyGreenlet_Switch(PyGreenlet *target, PyObject *args, PyObject *kwargs) except NULL
    PyGreenlet *PyGreenlet_GetCurrent() except NULL

PyGreenlet_Import()

cdef Py_ssize_t _READ_AHEAD = 65_536
cdef Py_ssize_t _CHUNK = 65_536
cdef Py_ssize_t shared_size = 262_144
cdef char *shared = <char *> malloc(262_144)
cdef tuple _NOTHING = ()
NO_TAGS = []

cdef Wire _ready = None
"""The wire that has just woken the greenlet that runs."""


cdef inline int _switch(object target) except -1:
    Py_DECREF(PyGreenlet_Switch(<PyGreenlet *> <PyObject *> target, <PyObject *> _NOTHING, NULL))
    return 0


cdef inline object _current():
    cdef PyObject *current = <PyObject *> PyGreenlet_GetCurrent()
    greenlet = <object> current
    Py_DECREF(current)
    return greenlet


cdef class Attendant:
    cpdef attend(self, Wire wire):
        raise NotImplementedError


cdef class Wire:
    def __init__(self, socket, lost, violation):
        socket.setblocking(False)
        self._lost_type = lost
        self._violation_type = violation
        self._hub = get_hub()
        self._descriptor = socket.fileno()
        self._read_watcher = self._hub.loop.io(self._descriptor, 1)
        self.transport = PlainTransport(socket)
        self.received = self.early = self.rest = b''
        self.out = []
        self.tags = NO_TAGS

    @property
    def transport(self):
        return self._transport

    @transport.setter
    def transport(self, transport):
        self._transport = transport
        self.plain = type(transport) is PlainTransport

    @property
    def _lost(self):
        return self._lost_type

    @property
    def _violation(self):
        return self._violation_type

    # Bytes

    cdef Py_ssize_t _receive_into(self, char *buffer, Py_ssize_t size) except -1:
        """How many bytes have arrived; 0 when none have."""
        cdef ssize_t count
        while True:
            count = c_recv(self._descriptor, buffer, size, MSG_DONTWAIT)
            if count > 0:
                self.bytes_received += count
                return count
            if count == 0:
                self.ended = True
                raise self._lost_type('connection closed by peer')
            if errno == EAGAIN:
                return 0
            if errno != EINTR:
                raise self._lost_type(f'connection lost: {os.strerror(errno)}')

    cpdef bytes receive_now(self):
        cdef Py_ssize_t count
        if self.plain:
            if self.closed:
                raise self._lost_type('connection closed')
            count = self._receive_into(shared, _CHUNK)
            return PyBytes_FromStringAndSize(shared, count)
        try:
            chunk = self._transport.receive()
        except BlockingIOError:
            return b''
        except (OSError, ssl.SSLError) as error:
            raise self._lost_type(f'connection lost: {error.strerror or error}') from None
        if not chunk:
            self.ended = True
            raise self._lost_type('connection closed by peer')
        self.bytes_received += len(chunk)
        return chunk

    cpdef take_in(self, bytes chunk):
        if self.position < PyBytes_GET_SIZE(self.received):
            self.received = self.received[self.position:] + chunk
        else:
            self.received = chunk
        self.position = 0

    cpdef bint receive_waiting(self) except -1:
        cdef bytes chunk = self.receive_now()
        if not PyBytes_GET_SIZE(chunk):
            return False
        self.take_in(chunk)
        return True

    cdef bint _pending(self) except -1:
        return not self.plain and self._transport.pending

    cdef Py_ssize_t _unused(self) noexcept:
        return PyBytes_GET_SIZE(self.received) - self.position

    cdef int _wait_beside(self, Wire other) except -1:
        """Wait until something has arrived here, and take in what arrives there meanwhile, within bounds."""
        while not self._pending() and other._unused() < _READ_AHEAD:
            if self._wait_either(other) is self:
                return 0
            other.receive_waiting()
        if not self._pending():
            self.wait_readable()
        return 0

    cpdef receive_ahead(self):
        if self._unused() >= _READ_AHEAD:
            self.disarm()
            return
        self.receive_waiting()

    cpdef bytes chunk_beside(self, Wire other):
        while True:
            self._wait_beside(other)
            chunk = self.receive_now()
            if chunk:
                return chunk

    @property
    def silent(self):
        return self.is_silent()

    cdef bint is_silent(self) except -1:
        cdef char nothing
        if self._unused() > 0 or self.closed or self._pending():
            return False
        return c_recv(self._descriptor, &nothing, 1, MSG_DONTWAIT | MSG_PEEK) < 0 and errno == EAGAIN

    cpdef bint holds_more(self) except -1:
        return self._pending()

    # Waiting

    cpdef give_way(self):
        _switch(self._hub)

    cpdef wait_readable(self):
        global _ready
        if not self.armed:
            self._arm()
        self._waiter = _current()
        try:
            _switch(self._hub)
        finally:
            self._waiter = None
            _ready = None

    cdef Wire _wait_either(self, Wire other):
        global _ready
        if self._pending():
            return self
        if other._pending():
            return other
        if not self.armed:
            self._arm()
        if not other.armed:
            other._arm()
        self._waiter = other._waiter = _current()
        try:
            _switch(self._hub)
            return _ready
        finally:
            self._waiter = other._waiter = None
            _ready = None

    def wait_either(self, Wire other):
        return self._wait_either(other)

    @property
    def awaited(self):
        return self._waiter is not None

    cpdef arm(self):
        if not self.armed:
            self._arm()

    cdef int _arm(self) except -1:
        if self.closed:
            # To start a closed watcher crashes the interpreter.
            raise self._lost_type('connection closed')
        self._read_watcher.start(self)
        self.armed = True
        return 0

    cpdef disarm(self):
        self._read_watcher.stop()
        self.armed = False

    def __call__(self):
        """The watcher says that something has arrived."""
        global _ready
        attendant = self.attendant
        if attendant is not None:
            attendant.attend(self)
            return
        waiter = self._waiter
        if waiter is None:
            self.disarm()
        else:
            _ready = self
            _switch(waiter)

    def shut(self):
        if not self.closed:
            self.closed = True
            self.disarm()
            self._read_watcher.close()
            self._transport.socket.close()

    # Sending

    cdef int _send_now(self, char *data, Py_ssize_t size, bytes owner) except -1:
        """``owner`` is the message, if it is an object already."""
        cdef ssize_t sent
        if not self.plain:
            self.send_at_once(owner if owner is not None else PyBytes_FromStringAndSize(data, size))
            return 0
        self.bytes_sent += size
        sent = c_send(self._descriptor, data, size, MSG_DONTWAIT | MSG_NOSIGNAL) if not self.closed else -1
        if sent < size:
            if sent < 0:
                sent = 0
            self.rest = PyBytes_FromStringAndSize(data + sent, size - sent)
            self.torn = True
        return 0

    def send_at_once(self, message):
        sealed = self._transport.seal(message)
        self.bytes_sent += len(message)
        try:
            sent = self._transport.socket.send(sealed)
        except OSError:
            sent = 0
        if sent < len(sealed):
            self.rest = bytes(sealed[sent:])
            self.torn = True
