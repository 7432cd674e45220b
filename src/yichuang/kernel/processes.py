"""Processes: how a child process of the house behaves towards its parent."""

import ctypes
import signal
import sys


def end_with_parent() -> None:
    """Have the kernel end this process when its parent dies by kill -9, which no handler could pass on; Linux only."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
