# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""What ``key.py`` does, in one pass over the bytes. There it is said why."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memcpy

cdef enum Kind:
    REFUSED, PLAIN, LETTER, DIGIT, STRING, QUOTED_NAME, SIGN, DOLLAR, POINT

cdef enum:
    ON_STACK = 2048
    LONGEST_INTEGER = 9
    NOT_UNDERSTOOD = -1
    NO_LITERALS = -2

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
    KIND[c'-'] = SIGN
    KIND[c'/'] = SIGN
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
    return at[0] != c'&' or (at[1] != c"'" and at[1] != c'"')


cdef inline const unsigned char *_behind_string(const unsigned char *at) noexcept nogil:
    """``at`` is behind the first quote. NULL if it is not a plain string."""
    while True:
        while at[0] != c"'":
            if at[0] == c'\\' or at[0] == 0:
                return NULL
            at += 1
        at += 1
        if at[0] != c"'":
            return at
        at += 1


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


cdef inline const unsigned char *_behind_name(const unsigned char *at) noexcept nogil:
    """``at`` is behind the first letter. NULL if what follows changes it."""
    while _in_name(at[0]):
        at += 1
    if _name_ends(at):
        return at
    return NULL


cdef inline const unsigned char *_behind_parameter(const unsigned char *at) noexcept nogil:
    """``at`` is behind the ``$``. NULL if no digit follows."""
    if KIND[at[0]] != DIGIT:
        return NULL
    while KIND[at[0]] == DIGIT:
        at += 1
    return at


cdef inline const unsigned char *_behind_sign(const unsigned char *at) noexcept nogil:
    """NULL if it begins a comment, or is one of two points."""
    if (at[0] == c'/' and at[1] == c'*') or (at[0] != c'/' and at[0] == at[1]):
        return NULL
    return at + 1


cdef Py_ssize_t _write_key(const unsigned char *text, const unsigned char *end, unsigned char *key) noexcept nogil:
    """Write the key of what is between ``text`` and ``end``, which has room for as much. Returns its length.

    NOT_UNDERSTOOD if there is none, NO_LITERALS if it is the text.
    """
    cdef const unsigned char *at = text
    cdef const unsigned char *copied = text
    cdef const unsigned char *begin
    cdef unsigned char *out = key
    cdef unsigned char kind
    cdef bint short_integer
    while at < end:
        kind = KIND[at[0]]
        if kind == PLAIN:
            at += 1
        elif kind == LETTER:
            at = _behind_name(at + 1)
        elif kind == DIGIT or kind == STRING or (kind == POINT and KIND[at[1]] == DIGIT):
            begin = at
            at = _behind_string(at + 1) if kind == STRING else _behind_number(at, &short_integer)
            if at == NULL:
                return NOT_UNDERSTOOD
            memcpy(out, copied, begin - copied)
            out += begin - copied
            copied = at
            if kind == STRING:
                out[0] = out[1] = c"'"
                out += 2
            elif short_integer:
                out[0] = c'0'
                out += 1
            else:
                out[0] = c'.'
                out[1] = c'0'
                out += 2
        elif kind == QUOTED_NAME:
            at = _behind_quoted_name(at + 1)
        elif kind == DOLLAR:
            at = _behind_parameter(at + 1)
        elif kind == SIGN or kind == POINT:
            at = _behind_sign(at)
        else:
            return NOT_UNDERSTOOD
        if at == NULL:
            return NOT_UNDERSTOOD
    if copied == text:
        return NO_LITERALS
    memcpy(out, copied, end - copied)
    return out - key + (end - copied)


def key(bytes sql not None):
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
        if length == NOT_UNDERSTOOD:
            return None
        if length == NO_LITERALS:
            return sql
        return PyBytes_FromStringAndSize(<char *>written, length)
    finally:
        if written != room:
            PyMem_Free(written)
