"""Which fonts does this machine set official documents in?

Stands between font files (the folder of YICHUANG_FONTS_DIR, else var/fonts, an installed font package, the
system) and the PDF: for each role of GB/T 9704-2012 the first family found, genuine faces first, then Fandol,
then Noto; in need any font that has Chinese.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import typst

from yichuang.documents.coverage import coverage
from yichuang.documents.refusals import ChineseFontMissing

_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
_SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
# "FandolFang R" is the family name inside the file; asking for "FandolFang" finds nothing.
ROLES: dict[str, tuple[str, ...]] = {
    "fangsong": ("FangSong_GB2312", "FangSong", "FandolFang R", *_SERIF),
    "hei": ("SimHei", "FandolHei", *_SANS),
    "kai": ("KaiTi_GB2312", "KaiTi", "FandolKai", *_SERIF),
    "song": ("SimSun", "FandolSong", *_SERIF),
    "title": ("FZXiaoBiaoSong-B05S", "FandolSong", *_SERIF),
    # FangSong and Kai of Fandol carry figures without serifs; these have serifs and are half a character wide.
    "latin": ("Times New Roman", "FandolSong", "Liberation Serif", "Libertinus Serif"),
}
ROLE_NAMES = {"fangsong": "仿宋", "hei": "黑体", "kai": "楷体", "song": "宋体", "title": "小标宋"}
_GENUINE = ("FangSong", "SimHei", "KaiTi", "SimSun", "FZXiaoBiaoSong", "Fandol")
_PROBE = "安康市人民政府〔〕："
_FONT_PACKAGE = "pylopdf_fonts_zh_cn"


@dataclass(frozen=True, eq=False)
class Faces:
    """The fonts found: per role the families in order of trial, and the files of those families."""

    fonts: typst.Fonts
    families: dict[str, tuple[str, ...]]
    files: dict[str, tuple[tuple[str, int], ...]]

    def substitutes(self) -> dict[str, str]:
        """Return role name -> family where neither the genuine face nor Fandol was found."""
        first = {name: self.families[role][0] for role, name in ROLE_NAMES.items()}
        return {name: family for name, family in first.items() if not family.startswith(_GENUINE)}

    def missing(self, text: str) -> frozenset[str]:
        """Return the characters of the text that none of the chosen families can draw."""
        wanted = {char for char in text if not char.isspace()}
        for family in dict.fromkeys(name for names in self.families.values() for name in names):
            for path, index in self.files.get(family, ())[:1]:
                wanted = {char for char in wanted if char not in coverage(path, index)}
            if not wanted:
                break
        return frozenset(wanted)


def font_folders() -> tuple[Path, ...]:
    """Return the folders searched before the system's own, the installation's folder first."""
    own = os.environ.get("YICHUANG_FONTS_DIR")
    folder = Path(own) if own else Path(os.environ.get("YICHUANG_VAR", "var")) / "fonts"
    package = find_spec(_FONT_PACKAGE)
    packaged = (Path(package.origin).parent,) if package and package.origin else ()
    return (folder.absolute(), *packaged)


def find_faces(*, folders: Iterable[Path] | None = None, system: bool = True) -> Faces:
    """Choose the faces for official documents from the folders and, if `system`, the system's fonts.

    The answer is kept per set of folders and their contents. Raises ChineseFontMissing.
    """
    existing = tuple(folder for folder in (font_folders() if folders is None else folders) if folder.is_dir())
    stamp = tuple((str(folder), folder.stat().st_mtime_ns) for folder in existing)
    return _find(stamp, system)


@lru_cache(maxsize=8)
def _find(stamp: tuple[tuple[str, int], ...], system: bool) -> Faces:
    paths = [Path(folder) for folder, _ in stamp]
    fonts = typst.Fonts(include_system_fonts=system, include_embedded_fonts=True, font_paths=paths)
    files: dict[str, tuple[tuple[str, int], ...]] = {}
    for info in sorted(fonts.fonts(), key=lambda info: (info.family, info.weight, info.path or "")):
        files[info.family] = (*files.get(info.family, ()), *(((info.path, info.index),) if info.path else ()))
    families = {role: tuple(name for name in names if name in files) for role, names in ROLES.items()}
    if not all(families[role] for role in ROLE_NAMES):
        last = _any_chinese(files)
        if not last:
            raise ChineseFontMissing(
                searched="、".join([*(folder for folder, _ in stamp), *(["系统字体"] if system else [])])
            )
        families = {role: names or ((last,) if role in ROLE_NAMES else ()) for role, names in families.items()}
    # A name character that FangSong lacks (喆 堃 玥) is taken from the widest serif, never from a chance font.
    serif = tuple(name for name in _SERIF if name in files)
    for role in ("hei", "latin"):
        families[role] = tuple(dict.fromkeys((*families[role], *serif)))
    return Faces(fonts=fonts, families=families, files=files)


def _any_chinese(files: dict[str, tuple[tuple[str, int], ...]]) -> str:
    for family in sorted(files):
        for path, index in files[family][:1]:
            if all(char in coverage(path, index) for char in _PROBE):
                return family
    return ""
