"""The side that faces clients."""
