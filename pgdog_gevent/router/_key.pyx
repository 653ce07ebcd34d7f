# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""What ``key.py`` does, in one pass over the bytes. There it is said why."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc

cdef enum Kind:
    REFUSED, PLAIN, LETTER, DIGIT, STRING, QUOTED_NAME, MINUS, SLASH, DOLLAR, POINT

cdef enum:
    ON_STACK = 2048
    LONGEST_INTEGER = 9

cdef unsigned char KIND[256]


cdef void _fill() noexcept:
    cdef int byte
    for byte in range(256):
        KIND[byte] = REFUSED
        if byte >= 128 or 65 <= byte <= 90 or 97 <= byte <= 122 or byte == 95:
            KIND[byte] = LETTER
        elif 48 <= byte <= 57:
            KIND[byte] = DIGIT
    for byte in b' \t\n\r\f\v,()[];:+*%^<>=~!@#&|`?':
        KIND[byte] = PLAIN
    KIND[c"'"] = STRING
    KIND[c'"'] = QUOTED_NAME
    KIND[c'-'] = MINUS
    KIND[c'/'] = SLASH
    KIND[c'$'] = DOLLAR
    KIND[c'.'] = POINT


_fill()


# Behind the end of every bytes object is a NUL. No loop goes past it, and it is not understood anywhere before the end.


cdef inline bint _in_name(unsigned char byte) noexcept nogil:
    return KIND[byte] == LETTER or KIND[byte] == DIGIT or KIND[byte] == DOLLAR


cdef inline bint _name_ends(const unsigned char *at) noexcept nogil:
    """Whether what follows a name leaves it as it is."""
    if at[0] == c"'":
        return False
    if at[0] == c'&':
        return at[1] != c"'" and at[1] != c'"'
    return at[0] != c'.' or KIND[at[1]] != DIGIT


cdef inline const unsigned char *_behind_string(const unsigned char *at) noexcept nogil:
    """``at`` is behind the first quote. NULL if it is not one plain string."""
    cdef const unsigned char *next
    while True:
        while at[0] != c"'":
            if at[0] == c'\\' or at[0] == 0:
                return NULL
            at += 1
        at += 1
        if at[0] != c"'":
            break
        at += 1
    next = at
    while next[0] == c' ' or c'\t' <= next[0] <= c'\r':
        next += 1
    if next[0] == c"'":
        return NULL
    return at


cdef inline const unsigned char *_behind_quoted_name(const unsigned char *at) noexcept nogil:
    """``at`` is behind the first quote. NULL if there is no other."""
    while at[0] != c'"':
        if at[0] == 0:
            return NULL
        at += 1
    return at + 1


cdef inline const unsigned char *_behind_number(const unsigned char *at, bint *short_integer) noexcept nogil:
    """NULL if what follows may belong to it."""
    cdef const unsigned char *begin = at
    while KIND[at[0]] == DIGIT:
        at += 1
    short_integer[0] = at - begin <= LONGEST_INTEGER and at[0] != c'.'
    if at[0] == c'.':
        at += 1
        while KIND[at[0]] == DIGIT:
            at += 1
    if _in_name(at[0]) or at[0] == c'.':
        return NULL
    return at


cdef Py_ssize_t _write_key(const unsigned char *at, const unsigned char *end, unsigned char *key) noexcept nogil:
    """Write the key of what is between ``at`` and ``end``, which has room for as much. -1 if it is not understood."""
    cdef unsigned char *out = key
    cdef const unsigned char *begin
    cdef unsigned char kind
    cdef bint short_integer
    while at < end:
        kind = KIND[at[0]]
        begin = at
        if kind == PLAIN:
            at += 1
        elif kind == LETTER:
            while _in_name(at[0]):
                at += 1
            if not _name_ends(at):
                return -1
        elif kind == DIGIT or (kind == POINT and KIND[at[1]] == DIGIT):
            at = _behind_number(at, &short_integer)
            if at == NULL:
                return -1
            if not short_integer:
                out[0] = c'.'
                out += 1
            out[0] = c'0'
            out += 1
            continue
        elif kind == STRING:
            at = _behind_string(at + 1)
            if at == NULL:
                return -1
            out[0] = c"'"
            out[1] = c"'"
            out += 2
            continue
        elif kind == QUOTED_NAME:
            at = _behind_quoted_name(at + 1)
            if at == NULL:
                return -1
        elif kind == DOLLAR and KIND[at[1]] == DIGIT:
            at += 1
            while KIND[at[0]] == DIGIT:
                at += 1
            if _in_name(at[0]) or not _name_ends(at):
                return -1
        elif (kind == MINUS and at[1] != c'-') or (kind == SLASH and at[1] != c'*') or (kind == POINT and at[1] != c'.'):
            at += 1
        else:
            return -1
        while begin < at:
            out[0] = begin[0]
            out += 1
            begin += 1
    return out - key


cpdef bytes key(bytes sql):
    """Replace the literals of ``sql``; ``None`` if it is not understood. Never longer than the text."""
    cdef const unsigned char *text = <const unsigned char *>PyBytes_AS_STRING(sql)
    cdef Py_ssize_t size = PyBytes_GET_SIZE(sql)
    cdef unsigned char room[ON_STACK]
    cdef unsigned char *written = room
    cdef Py_ssize_t length
    if size > ON_STACK:
        written = <unsigned char *>PyMem_Malloc(size)
        if written == NULL:
            raise MemoryError
    try:
        length = _write_key(text, text + size, written)
        return PyBytes_FromStringAndSize(<char *>written, length) if length >= 0 else None
    finally:
        if written != room:
            PyMem_Free(written)
