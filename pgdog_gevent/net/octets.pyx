# cython: boundscheck=False, wraparound=False
"""``octets.py`` in C."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.string cimport memchr, memcpy


cpdef bytes part(bytes message, Py_ssize_t start, Py_ssize_t end):
    return PyBytes_FromStringAndSize(PyBytes_AS_STRING(message) + start, end - start)


cpdef Py_ssize_t find_nul(bytes message, Py_ssize_t start, Py_ssize_t end) except -2:
    cdef const char *data = PyBytes_AS_STRING(message)
    cdef const char *found
    if start >= end:
        return -1
    found = <const char *> memchr(data + start, 0, end - start)
    return found - data if found != NULL else -1


cpdef bytes bind_under(bytes name, bytes message, Py_ssize_t start, Py_ssize_t end):
    cdef Py_ssize_t size = PyBytes_GET_SIZE(name), rest = end - start, length = 5 + size + rest
    cdef bytes bind = PyBytes_FromStringAndSize(NULL, length + 1)
    cdef unsigned char *data = <unsigned char *> PyBytes_AS_STRING(bind)
    data[0] = c'B'
    data[1] = (length >> 24) & 255
    data[2] = (length >> 16) & 255
    data[3] = (length >> 8) & 255
    data[4] = length & 255
    data[5] = 0
    memcpy(data + 6, PyBytes_AS_STRING(name), size)
    memcpy(data + 6 + size, PyBytes_AS_STRING(message) + start, rest)
    return bind
