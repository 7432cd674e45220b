"""Cases, events, items, figures, findings and certificates as JSON for other systems; owns no tables."""
