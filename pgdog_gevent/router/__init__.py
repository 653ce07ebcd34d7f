"""SQL in, plan out. Pure: no sockets, no clock."""
