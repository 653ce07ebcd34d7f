cdef class Parameters:
    cdef object _committed, _database, _hints, _hints_of, _read, _reading, _role, _role_of, _serializable, _shard_hint, _startup, _undone
    cdef list _savepoints
    cdef bint _local
    cdef public object current
