"""Carries envelopes from node to node: one port, and behind it HTTP or NATS JetStream."""
