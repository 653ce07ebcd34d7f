cpdef long shard_of_bind(
    bytes message, Py_ssize_t at, Py_ssize_t end, bytes types, Py_ssize_t types_at, long number, long modulus
) except -2
cpdef long shard_of_text(bytes sql, Py_ssize_t before, Py_ssize_t behind, long modulus) except -2
