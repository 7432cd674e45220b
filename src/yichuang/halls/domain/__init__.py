"""The rules of the hall: pure, without Django, clock or I/O."""
