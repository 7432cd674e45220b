"""Cards and what follows from a finding: issue, notices, reply, appeal, decision, letter."""
