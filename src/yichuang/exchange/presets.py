"""Presets: mappings that come with the house for table sets known all over, and how a mapping is laid over one."""

from functools import lru_cache
from pathlib import Path

from yichuang.exchange.domain.mapping_file import MappingFile

FOLDER = Path(__file__).resolve().parent / "mappings" / "presets"


@lru_cache(maxsize=1)
def load_presets() -> dict[str, str]:
    """Return the YAML text of every preset, by its name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}


def mapping_of(*, name: str, text: str) -> MappingFile:
    """Return a mapping laid over the preset that it names; raises MappingFaulty."""
    return MappingFile(name=name, text=text, presets=load_presets())
