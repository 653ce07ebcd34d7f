cimport cython

from pgdog_gevent.backend.prepared cimport PreparedStatement, ServerStatements

cdef int _PARSE, _BIND, _DESCRIBE, _EXECUTE, _SYNC, _EMPTY, _RUN_SIZE


cdef class Turn:
    cdef public bytes message, parse
    cdef public object meaning, bound
    cdef public list statements
    cdef public long parses, binds, executes

    @cython.locals(
        code=int, length=Py_ssize_t, size=Py_ssize_t, body=Py_ssize_t, end=Py_ssize_t, position=Py_ssize_t,
        passed=Py_ssize_t, name_at=Py_ssize_t, name_end=Py_ssize_t, sql_end=Py_ssize_t, statements=list, parts=list,
        what=bytes, statement=PreparedStatement,
    )
    cpdef bint read(self, bytes message, object plain, object harmless, object known, bint renames) except -1
    @cython.locals(statement=PreparedStatement)
    cpdef bint provided(self, ServerStatements prepared) except -1
