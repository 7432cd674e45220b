"""Draft: a source as seen in, a mapping in YAML out, with how sure each field is. Nothing is read or written here."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yichuang.exchange.domain.drafting import presetting, writing
from yichuang.exchange.domain.drafting.codes import Meaning
from yichuang.exchange.domain.drafting.knowing import Known, knowledge_of
from yichuang.exchange.domain.drafting.matching import Proposal
from yichuang.exchange.domain.drafting.proposing import Wish, propose_codes
from yichuang.exchange.domain.drafting.seen import SourceSeen
from yichuang.exchange.domain.drafting.structure import lay_out
from yichuang.exchange.domain.drafting.vocabulary import load_vocabulary

_BY_KEY = {"case.division": "division", "case.organisation": "organisation_name"}


class CodeProposal(NamedTuple):
    """One code list of the draft: its name, the column that it is for, and what each value probably means."""

    name: str
    table: str
    column: str
    meanings: tuple[Meaning, ...]


class Draft(NamedTuple):
    """A mapping as proposed.

    `preset` names the preset that was recognised; `missing` are titles of fields that no column was found for;
    `to_fill` are the keys that only a person can fill; `left_out` are tables that hold nothing of cases.
    """

    mapping_text: str
    fields: tuple[Proposal, ...]
    codes: tuple[CodeProposal, ...]
    preset: str = ""
    missing: tuple[str, ...] = ()
    to_fill: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    log: bool = False


# Without these no case can be filed or judged; what else is missing a source may simply not have.
NEEDED = (
    "source_key",
    "item_code",
    "organisation_name",
    "division",
    "received_at",
    "accepted_at",
    "closed_at",
    "result",
)


def draft_mapping(
    seen: SourceSeen, *, wish: Wish, known: Known | None = None, presets: Mapping[str, Mapping[str, Any]] | None = None
) -> Draft:
    """Return the mapping that a source's names and values suggest.

    `presets` are those that come with the house, by name, as YAML reads them. Tables of one of them are taken for it
    whatever they are called; all other sources are matched column by column.
    """
    known = known or Known()
    found = presetting.recognise(seen, presets or {})
    if found is not None:
        return _of_preset(seen, found, wish, known)
    layout = lay_out(seen, knowledge=knowledge_of(known))
    codes = propose_codes(layout, wish=wish, known=known)
    text, to_fill = writing.write(layout, seen=seen, wish=wish, codes=codes)
    lists = tuple(CodeProposal(name, one.table, one.column, tuple(one.meanings)) for name, one in codes.lists.items())
    return Draft(
        text, layout.proposals, lists, "", _missing(layout.proposals, to_fill), to_fill, layout.left_out, layout.log
    )


def _of_preset(seen: SourceSeen, found: presetting.Recognised, wish: Wish, known: Known) -> Draft:
    text, lists, to_fill = presetting.write(found, seen=seen, wish=wish, known=known)
    proposals = presetting.proposals_of(found)
    codes = tuple(CodeProposal(name, table, column, tuple(meanings)) for name, table, column, meanings in lists)
    return Draft(text, proposals, codes, found.name, _missing(proposals, to_fill), to_fill, found.left_out)


def _missing(proposals: Sequence[Proposal], to_fill: Sequence[str]) -> tuple[str, ...]:
    given = {one.field for one in proposals}
    # What the draft has by another way than a column is not missing.
    given |= {field for key, field in _BY_KEY.items() if key not in to_fill}
    if "item_name" in given or "catalogue_code" in given:
        given.add("item_code")
    if "organisation_code" in given:
        given.add("organisation_name")
    if given & {"accepted_at"}:
        given.add("received_at")
    if "decided_at" in given:
        given.add("closed_at")
    fields = load_vocabulary().fields
    return tuple(fields[key].title for key in NEEDED if key not in given)
