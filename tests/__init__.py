"""The tests; a package, so that `tests.factories` and `tests.postgres` can be imported."""
