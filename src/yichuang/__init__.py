"""Yichuang (一窗): the system behind a city's government-service centres."""
