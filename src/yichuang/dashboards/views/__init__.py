"""Pages of the dashboards: figures, cases, bulletins, progress."""
