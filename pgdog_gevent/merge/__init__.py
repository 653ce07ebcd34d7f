"""Pure: the answers of several shards become one."""
