"""Judging: the live follower, the tick, the sweep, the rebuild and the back-test; the same conditions in all."""
