"""The two clocks, in the form that costs least. ``clock.pyx`` asks the system without a Python call."""

from time import monotonic, time

__all__ = ['monotonic', 'time']
