"""The PostgreSQL wire protocol, version 3, as pure functions between bytes and values.

Source: PostgreSQL documentation, part "Frontend/Backend Protocol".
"""
