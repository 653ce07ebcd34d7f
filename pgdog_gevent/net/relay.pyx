# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""``relay.py`` in C. What its methods mean is said there; here is only what is special to this form.

What arrives for an answer is received into the buffer that all wires share. It is used up, or copied, before anything
can switch to another greenlet.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.string cimport memchr, memcpy

from pgdog_gevent.net.wire cimport NO_TAGS, Wire, shared, shared_size

LONGEST_TURN = 32_768
cdef Py_ssize_t _LONGEST_TURN = 32_768
cdef unsigned int _LONGEST = 0x3FFFFFFF + 4
cdef unsigned int _LONGEST_TAG = 100

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

cdef inline unsigned int _length(const unsigned char *header) noexcept nogil:
    return (<unsigned int> header[1] << 24) | (header[2] << 16) | (header[3] << 8) | header[4]


cdef class RelayingWire(Wire):
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
                if position > end:
                    return 0
                if code == c'Q' and memchr(data + start + 5, 0, position - start - 5) != data + position - 1:
                    return -1
                self.turn_end = position
                return code
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

    cpdef bint ask(self, bytes message) except -1:
        self.early = message
        self.answered = False
        self.ends = 0
        if self.tags or self.tags is NO_TAGS:
            self.tags = []
        self.last_sent = <unsigned char> PyBytes_AS_STRING(message)[0]
        self._send_now(PyBytes_AS_STRING(message), PyBytes_GET_SIZE(message), message)
        return not self.rest

    cpdef int hear(self, Wire client) except -2:
        cdef int status = 0
        while not status:
            status = self._receive_answer(client)
            if self.plain or not self._pending() or client.rest:
                break
        if status > 0:
            self.early = b''
            self.answered = False
        return status

    cdef int _receive_answer(self, Wire client) except -2:
        """Take in what has arrived and pass it on. The status of ReadyForQuery; 0 if there is more; -1 to stop."""
        cdef Py_ssize_t size = self._unused(), count
        if not self.plain or size >= shared_size // 2:
            chunk = self.receive_now()
            if not chunk:
                return 0
            self.take_in(chunk)
            return self._pass_answer(client, PyBytes_AS_STRING(self.received), PyBytes_GET_SIZE(self.received), self.received)
        if size:
            memcpy(shared, PyBytes_AS_STRING(self.received) + self.position, size)
        count = self._receive_into(shared + size, shared_size - size)
        if not count:
            return 0
        return self._pass_answer(client, shared, size + count, None)

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
