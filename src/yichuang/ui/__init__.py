"""Page furniture: base templates, components, tags, charts and static files; owns no tables."""
