cpdef bytes part(bytes message, Py_ssize_t start, Py_ssize_t end)
cpdef Py_ssize_t find_nul(bytes message, Py_ssize_t start, Py_ssize_t end) except -2
cpdef bytes bind_under(bytes name, bytes message, Py_ssize_t start, Py_ssize_t end)
