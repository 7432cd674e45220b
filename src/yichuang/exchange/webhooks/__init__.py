"""Webhooks: tells other systems what has happened, signed, at least once, and never to an address inside our walls."""
