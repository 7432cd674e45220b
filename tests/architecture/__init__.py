"""The promises of the whole house, held by tests."""
