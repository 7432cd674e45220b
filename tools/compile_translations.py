"""Compiles message catalogues (.po) to what Django reads (.mo), without gettext's own tools."""

import sys
from pathlib import Path

import polib


def main(paths: list[str]) -> int:
    """Write each catalogue's .mo beside it, leaving fuzzy entries out."""
    for path in paths:
        catalogue = polib.pofile(path)
        catalogue.save_as_mofile(str(Path(path).with_suffix(".mo")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
