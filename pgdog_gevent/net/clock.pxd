cpdef double monotonic() noexcept
cpdef double time() noexcept
