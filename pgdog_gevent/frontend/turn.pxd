cimport cython

from pgdog_gevent.backend.prepared cimport PreparedStatement, ServerStatements
from pgdog_gevent.frontend.judge cimport Judge
from pgdog_gevent.net.octets cimport bind_under, find_nul, part
from pgdog_gevent.router.recent cimport Kept

cdef int _PARSE, _BIND, _DESCRIBE, _EXECUTE, _SYNC, _EMPTY, _LONGEST_KEPT, _LONGEST_TURN, _RUN_SIZE
cdef Py_ssize_t _HEADER
cdef object _ORDINARY, _ORDINARY_READ
cdef bytes _PORTAL, _UNNAMED_STATEMENT


cdef class Turn:
    cdef public bytes message, parse
    cdef bytes _before_bind, _bind_names, _repeated, _sql
    cdef public bytes after_bind
    cdef public bint reads
    cdef public object meaning, bound
    cdef public list parsed, statements
    cdef public long parses, binds, executes
    cdef public Py_ssize_t values_at, bind_end

    @cython.locals(
        code=int, length=Py_ssize_t, size=Py_ssize_t, body=Py_ssize_t, end=Py_ssize_t, position=Py_ssize_t,
        passed=Py_ssize_t, name_at=Py_ssize_t, name_end=Py_ssize_t, bind_at=Py_ssize_t, values_at=Py_ssize_t,
        bind_end=Py_ssize_t, statements=list, parts=list,
        what=bytes, statement=PreparedStatement,
    )
    cpdef bint read(self, bytes message, Judge judge, dict known, bint renames) except -1
    @cython.locals(
        before=bytes, names=bytes, after=bytes, length_at=Py_ssize_t, end=Py_ssize_t, names_at=Py_ssize_t,
    )
    cpdef bint comes_again(self, bytes received) except -1
    @cython.locals(
        before=bytes, names=bytes, after=bytes, bind=bytes, bind_at=Py_ssize_t, values_at=Py_ssize_t, reads=bint,
        kept=Kept,
    )
    cdef bint _again(self, bytes message, Judge judge, dict known, bint renames) except -1
    @cython.locals(sql_end=Py_ssize_t)
    cdef object _read_parse(self, bytes message, Py_ssize_t body, Py_ssize_t end, Judge judge)
    @cython.locals(kept=Kept, statement=PreparedStatement)
    cpdef count(self)
    @cython.locals(statement=PreparedStatement)
    cpdef bint provided(self, ServerStatements prepared) except -1


cdef bint _types_fit(bytes message, Py_ssize_t start, Py_ssize_t end) except -1
