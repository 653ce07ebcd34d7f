# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""``relay.py`` in C. What its methods mean is said there; here is only what is special to this form.

What arrives for an answer is received into one buffer that all wires share. It is used up, or copied, before anything
can switch to another greenlet.
"""

import os

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.object cimport PyObject
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdlib cimport malloc
from libc.string cimport memcpy

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

LONGEST_TURN = 32_768
cdef Py_ssize_t _LONGEST_TURN = 32_768
cdef Py_ssize_t _READ_AHEAD = 65_536
cdef Py_ssize_t _CHUNK = 65_536
cdef Py_ssize_t _SHARED_SIZE = 262_144
cdef unsigned int _LONGEST = 0x3FFFFFFF + 4
cdef unsigned int _LONGEST_TAG = 100
cdef char *_shared = <char *> malloc(262_144)
cdef tuple _NOTHING = ()

# What a code, the first letter of a command tag, or a status means; as the sets of the same names in relay.py.
cdef enum:
    PASSING = 1
    NOTABLE = 2
    STEP = 4
    ENDING = 8

cdef unsigned char _kinds[256]
cdef int _index
for _index in range(256):
    _kinds[_index] = 0
for _index in b'TD12ntIsNdcH':
    _kinds[_index] |= PASSING
for _index in b'IUDMCR':
    _kinds[_index] |= NOTABLE
for _index in b'PBDE':
    _kinds[_index] |= STEP
for _index in b'12TnIs':
    _kinds[_index] |= ENDING

cdef Wire _ready = None
"""The wire that has just woken the greenlet that runs."""


cdef inline unsigned int _length(const unsigned char *header) noexcept nogil:
    return (<unsigned int> header[1] << 24) | (header[2] << 16) | (header[3] << 8) | header[4]


cdef inline int _switch(object target) except -1:
    Py_DECREF(PyGreenlet_Switch(<PyGreenlet *> <PyObject *> target, <PyObject *> _NOTHING, NULL))
    return 0


cdef inline object _current():
    cdef PyObject *current = <PyObject *> PyGreenlet_GetCurrent()
    greenlet = <object> current
    Py_DECREF(current)
    return greenlet


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
        self.tags = []

    @property
    def transport(self):
        return self._transport

    @transport.setter
    def transport(self, transport):
        self._transport = transport
        self._plain = type(transport) is PlainTransport

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
        if self._plain:
            if self.closed:
                raise self._lost_type('connection closed')
            count = self._receive_into(_shared, _CHUNK)
            return PyBytes_FromStringAndSize(_shared, count)
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

    cdef bint _pending(self) except -1:
        return not self._plain and self._transport.pending

    cdef Py_ssize_t _unused(self) noexcept:
        return PyBytes_GET_SIZE(self.received) - self.position

    cdef int _wait_beside(self, Wire other) except -1:
        """Wait until something has arrived here, and take in what arrives there meanwhile, within bounds."""
        while not self._pending() and other._unused() < _READ_AHEAD:
            if self._wait_either(other) is self:
                return 0
            arrived = other.receive_now()
            if arrived:
                other.take_in(arrived)
        if not self._pending():
            self.wait_readable()
        return 0

    cpdef bytes chunk_beside(self, Wire other):
        while True:
            self._wait_beside(other)
            chunk = self.receive_now()
            if chunk:
                return chunk

    cpdef receive(self):
        while True:
            if not self._pending():
                self.wait_readable()
            chunk = self.receive_now()
            if chunk:
                self.take_in(chunk)
                return

    @property
    def silent(self):
        return self.is_silent()

    cdef bint is_silent(self) except -1:
        cdef char nothing
        if self._unused() > 0 or self.closed or self._pending():
            return False
        return c_recv(self._descriptor, &nothing, 1, MSG_DONTWAIT | MSG_PEEK) < 0 and errno == EAGAIN

    # Waiting

    cpdef wait_readable(self):
        global _ready
        if not self._armed:
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
        if not self._armed:
            self._arm()
        if not other._armed:
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

    cdef int _arm(self) except -1:
        if self.closed:
            # To start a closed watcher crashes the interpreter.
            raise self._lost_type('connection closed')
        self._read_watcher.start(self)
        self._armed = True
        return 0

    cpdef disarm(self):
        self._read_watcher.stop()
        self._armed = False

    def __call__(self):
        """The watcher says that something has arrived."""
        global _ready
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

    # Runs of messages

    cpdef int forward_buffered(self, Wire sink, object unread) except -1:
        cdef bytes received = self.received
        cdef const unsigned char *data = <const unsigned char *> PyBytes_AS_STRING(received)
        cdef Py_ssize_t start = self.position, position = start, end = PyBytes_GET_SIZE(received), skip = self.skip
        cdef unsigned int length = 0
        cdef int code = 0, last = -1
        if skip:
            position = min(end, start + skip)
            skip -= position - start
        while position + 5 <= end:
            code = data[position]
            length = _length(data + position)
            if code != last:
                if code not in unread:
                    if not code:
                        raise self._violation_type('invalid message type 0')
                    break
                last = code
            if length < 4:
                raise self._violation_type(f'invalid length of message {chr(code)!r}')
            position += <Py_ssize_t> length + 1
            code = 0
        if position > end:
            if length > _LONGEST:
                raise self._violation_type('invalid length of a message')
            skip = position - end
            position = end
        self.skip = skip
        self.position = position
        if position > start:
            self.passed += 1
            sink.out.append(memoryview(received)[start:position])
        return code

    # Whole turns

    cpdef int turn(self) except -2:
        cdef const unsigned char *data = <const unsigned char *> PyBytes_AS_STRING(self.received)
        cdef Py_ssize_t start = self.position, position = start, end = PyBytes_GET_SIZE(self.received)
        cdef unsigned int length
        cdef int code
        while position + 5 <= end:
            code = data[position]
            length = _length(data + position)
            if length < 4 or length > _LONGEST_TURN:
                return -1
            if code == c'Q' or code == c'S':
                if (position == start) != (code == c'Q'):
                    return -1
                position += <Py_ssize_t> length + 1
                if position - start > _LONGEST_TURN:
                    return -1
                self.turn_end = position
                return code if position <= end else 0
            position += <Py_ssize_t> length + 1
            if not _kinds[code] & STEP or position - start > _LONGEST_TURN:
                return -1
        return 0

    cpdef bytes take_turn(self):
        cdef bytes received = self.received
        cdef Py_ssize_t start = self.position
        if start == 0 and self.turn_end == PyBytes_GET_SIZE(received):
            self.received = b''
            return received
        self.position = self.turn_end
        return PyBytes_FromStringAndSize(PyBytes_AS_STRING(received) + start, self.turn_end - start)

    cpdef int answer(self, bytes message, Wire client) except -1:
        cdef int status
        self.early = b''
        self.answered = False
        self.ends = 0
        if self.tags:
            self.tags = []
        self.last_sent = <unsigned char> PyBytes_AS_STRING(message)[0]
        self._send_now(PyBytes_AS_STRING(message), PyBytes_GET_SIZE(message), message)
        if self.rest:
            self.early = message
            return 0
        while True:
            self._wait_beside(client)
            status = self._receive_answer(client)
            if status > 0:
                self.answered = False
                return status
            if client.rest:
                client.flush()
            if status < 0:
                self.early = message
                return 0

    cdef int _receive_answer(self, Wire client) except -2:
        """Take in what has arrived and pass it on. The status of ReadyForQuery; 0 if there is more; -1 to stop."""
        cdef Py_ssize_t size = self._unused(), count
        if not self._plain or size >= _SHARED_SIZE // 2:
            chunk = self.receive_now()
            if not chunk:
                return 0
            self.take_in(chunk)
            return self._pass_answer(client, PyBytes_AS_STRING(self.received), PyBytes_GET_SIZE(self.received), self.received)
        if size:
            memcpy(_shared, PyBytes_AS_STRING(self.received) + self.position, size)
        count = self._receive_into(_shared + size, _SHARED_SIZE - size)
        if not count:
            return 0
        return self._pass_answer(client, _shared, size + count, None)

    cdef int _pass_answer(self, Wire client, char *buffer, Py_ssize_t size, bytes owner) except -2:
        """``owner`` is what ``buffer`` is part of, ``None`` if that is the shared one."""
        cdef const unsigned char *data = <const unsigned char *> buffer
        cdef Py_ssize_t position = self.skip, following
        cdef unsigned int length
        cdef int code, status = 0
        while position + 5 <= size:
            code = data[position]
            length = _length(data + position)
            following = position + <Py_ssize_t> length + 1
            if _kinds[code] & PASSING and 4 <= length <= _LONGEST:
                if _kinds[code] & ENDING:
                    self.ends += 1
                position = following
            elif code == c'C' and 4 < length <= _LONGEST_TAG:
                if following > size:
                    break
                if _kinds[data[position + 5]] & NOTABLE:
                    self.tags.append(PyBytes_FromStringAndSize(buffer + position + 5, following - position - 5))
                self.ends += 1
                position = following
            elif code == c'Z' and length == 5:
                if following > size:
                    break
                status = data[position + 5]
                if status != c'I' and status != c'T' and status != c'E':
                    status = -1
                    break
                self.last_received = code
                position = following
                break
            else:
                status = -1
                break
        if status < 0 and not self.answered:
            self.tags = []  # All of it will be looked at.
            self.received = owner if owner is not None else PyBytes_FromStringAndSize(buffer, size)
            self.position = 0
            return status
        self.skip = 0
        if position > size:
            self.skip = position - size
            position = size
        # Before anything is sent: that may raise, and then the rest is still there.
        self.received = b'' if position == size else PyBytes_FromStringAndSize(buffer + position, size - position)
        self.position = 0
        if position:
            self.passed += 1
            self.answered = True
            client._send_now(buffer, position, None)
        return status

    cdef int _send_now(self, char *data, Py_ssize_t size, bytes owner) except -1:
        """``owner`` is the message, if it is an object already."""
        cdef ssize_t sent
        if not self._plain:
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
            sent = self._transport.send(sealed)
        except OSError:
            sent = 0
        if sent < len(sealed):
            self.rest = bytes(sealed[sent:])
            self.torn = True

    def flush(self, meanwhile=None):
        raise NotImplementedError
