# cython: boundscheck=False, wraparound=False, cdivision=True
"""``quick.py`` in C."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int16_t, int32_t, int64_t, uint32_t, uint64_t

from pgdog_gevent.sharding.hashing import INITIAL_STATE_OF_INTEGERS

UNKNOWN = -1
cdef uint32_t _A, _B, _C
_A, _B, _C = INITIAL_STATE_OF_INTEGERS
cdef uint64_t _GOLDEN = 0x49A0F4DD15E5A8E3ULL


cpdef long shard_of_bind(
    bytes message, Py_ssize_t at, Py_ssize_t end, bytes types, Py_ssize_t types_at, long number, long modulus
) except -2:
    cdef const unsigned char *data = <const unsigned char *> PyBytes_AS_STRING(message)
    cdef Py_ssize_t values
    cdef long formats, binary = 0, skipped
    cdef int32_t size
    cdef int64_t key
    if at + 2 > end:
        return -1
    formats = _uint16(data + at)
    values = at + 2 + 2 * formats
    if values + 2 > end or number > _uint16(data + values):
        return -1
    if 1 < formats and formats < number:
        return -1
    if formats:
        binary = data[at + 1 + 2 * (1 if formats == 1 else number)]
    at = values + 2
    for skipped in range(number - 1):
        if at + 4 > end:
            return -1
        size = _int32(data + at)
        at += 4 + (size if size > 0 else 0)
    if at + 4 > end:
        return -1
    size = _int32(data + at)
    at += 4
    if size < 1 or at + size > end:
        return -1
    if binary:
        if not _is_integer(types, types_at + 2 + 4 * (number - 1)) or not _read_binary(data + at, size, &key):
            return -1
    elif not _read_text(data + at, size, &key):
        return -1
    return _partition(key, modulus)


cpdef long shard_of_text(bytes sql, Py_ssize_t before, Py_ssize_t behind, long modulus) except -2:
    cdef const unsigned char *data = <const unsigned char *> PyBytes_AS_STRING(sql)
    cdef Py_ssize_t size = PyBytes_GET_SIZE(sql), start, end
    cdef int64_t key
    if before >= 0:
        start = end = before
        while end < size and c'0' <= data[end] <= c'9':
            end += 1
    else:
        start = end = size - behind
        while start > 0 and c'0' <= data[start - 1] <= c'9':
            start -= 1
    if start == end or end - start > 18 or not _read_text(data + start, <int32_t> (end - start), &key):
        return -1
    return _partition(key, modulus)


cdef inline long _uint16(const unsigned char *data) noexcept nogil:
    return data[0] << 8 | data[1]


cdef inline int32_t _int32(const unsigned char *data) noexcept nogil:
    return <int32_t> (<uint32_t> data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3])


cdef bint _is_integer(bytes types, Py_ssize_t at) except -1:
    cdef int32_t oid
    if at + 4 > PyBytes_GET_SIZE(types):
        return True
    oid = _int32(<const unsigned char *> PyBytes_AS_STRING(types) + at)
    return oid == 0 or oid == 20 or oid == 21 or oid == 23


cdef bint _read_binary(const unsigned char *data, int32_t size, int64_t *key) noexcept nogil:
    if size == 8:
        key[0] = <int64_t> (<uint64_t> <uint32_t> _int32(data) << 32 | <uint32_t> _int32(data + 4))
    elif size == 4:
        key[0] = _int32(data)
    elif size == 2:
        key[0] = <int16_t> _uint16(data)
    else:
        return False
    return True


cdef bint _read_text(const unsigned char *data, int32_t size, int64_t *key) noexcept nogil:
    cdef bint negative = data[0] == c'-'
    cdef int32_t position = 1 if negative else 0
    cdef int64_t value = 0
    if size == position or size - position > 18:
        return False
    while position < size:
        if data[position] < c'0' or data[position] > c'9':
            return False
        value = value * 10 + (data[position] - c'0')
        position += 1
    key[0] = -value if negative else value
    return True


cdef inline uint32_t _rotated(uint32_t word, int bits) noexcept nogil:
    return word << bits | word >> (32 - bits)


cdef long _partition(int64_t key, long modulus) noexcept nogil:
    cdef uint32_t low = <uint32_t> key, high = <uint32_t> (<uint64_t> key >> 32)
    cdef uint32_t a = _A, b = _B, c = _C
    a += low ^ (high if key >= 0 else ~high)
    c = (c ^ b) - _rotated(b, 14)
    a = (a ^ c) - _rotated(c, 11)
    b = (b ^ a) - _rotated(a, 25)
    c = (c ^ b) - _rotated(b, 16)
    a = (a ^ c) - _rotated(c, 4)
    b = (b ^ a) - _rotated(a, 14)
    c = (c ^ b) - _rotated(b, 24)
    return <long> (((<uint64_t> b << 32 | c) + _GOLDEN) % <uint64_t> modulus)
