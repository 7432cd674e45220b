"""Materials of an application: what is needed, how each may be met, and which files have arrived for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.utils.translation import gettext as _

from yichuang.cases.values import Application, AttachmentRow, MaterialChoice
from yichuang.catalogue.values import MaterialNeed, Way
from yichuang.certificates.values import CertificateRow
from yichuang.portal.applying.inputs import Faults, typed
from yichuang.portal.ways import ORDER, TITLES


@dataclass(frozen=True, slots=True)
class WayChoice:
    """One way of meeting a material as the page offers it."""

    key: str
    title: str
    note: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One material on the page: `field` names its inputs, `anchor` is where its fault is found."""

    at: int
    need: MaterialNeed
    ways: tuple[WayChoice, ...]
    attachments: tuple[AttachmentRow, ...]
    note: str
    licences: tuple[tuple[str, str], ...]
    fault: tuple[str, str] | None

    @property
    def field(self) -> str:
        """Name the group of inputs."""
        return f"material-{self.at}"

    @property
    def uploads(self) -> bool:
        """Tell whether files may be uploaded for it."""
        return Way.UPLOAD in self.need.ways


def parts(
    application: Application,
    needs: Sequence[MaterialNeed],
    *,
    attachments: Iterable[AttachmentRow],
    held: Iterable[CertificateRow],
    faults: Faults,
) -> list[Part]:
    """Return every material with its ways, its files and its fault; a way that cannot be gone is not offered."""
    files = list(attachments)
    certificates = list(held)
    chosen = {choice.name: choice for choice in application.materials}
    found = []
    for at, need in enumerate(needs):
        choice = chosen.get(need.name, MaterialChoice(name=need.name))
        licences = tuple((one.number, one.name) for one in certificates if one.name in need.licences)
        open_ways = [way for way in ORDER if way in need.ways and (way is not Way.REUSE or licences)]
        # A single way needs no choosing: it is taken.
        single = open_ways[0].value if len(open_ways) == 1 else ""
        ways = tuple(
            WayChoice(way.value, _(TITLES[way][0]), _(TITLES[way][1]), (choice.way or single) == way.value)
            for way in open_ways
        )
        own = tuple(one for one in files if one.material == need.name)
        fault = faults.get(f"materials.{need.name}")
        found.append(Part(at, need, ways, own, choice.note, licences, fault))
    return found


def fill(
    application: Application, post: Mapping[str, str], *, needs: Sequence[MaterialNeed], files: Iterable[AttachmentRow]
) -> Application:
    """Return the application with the ways chosen on the page; what no longer is needed keeps its choice."""
    rows = list(files)
    before = {choice.name: choice for choice in application.materials}
    for at, need in enumerate(needs):
        way = post.get(f"material-{at}.way", "")
        if not way and before.get(need.name) is None:
            continue
        note = typed(post, f"material-{at}.note")
        licence = typed(post, f"material-{at}.licence") if way == Way.REUSE else ""
        before[need.name] = MaterialChoice(
            name=need.name,
            way=way,
            attachments=tuple(one.key for one in rows if one.material == need.name),
            copies=max(need.copies, 1),
            note=licence or note,
        )
    return msgspec.structs.replace(application, materials=tuple(before.values()))


def with_files(application: Application, needs: Sequence[MaterialNeed], files: Iterable[AttachmentRow]) -> Application:
    """Return the application with the files that have arrived, however they came.

    A file settles the way of its material where nobody has chosen one.
    """
    rows = list(files)
    chosen = {choice.name: choice for choice in application.materials}
    for need in needs:
        own = tuple(one.key for one in rows if one.material == need.name)
        choice = chosen.get(need.name, MaterialChoice(name=need.name))
        way = choice.way or ("upload" if own else need.ways[0].value if len(need.ways) == 1 else "")
        if way:
            chosen[need.name] = msgspec.structs.replace(choice, way=way, attachments=own)
    return msgspec.structs.replace(application, materials=tuple(chosen.values()))
