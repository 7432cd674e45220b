"""Draft: a source as seen in, a mapping in YAML out, with how sure each field is. Nothing is read or written here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from yichuang.exchange.domain.drafting import presetting, writing
from yichuang.exchange.domain.drafting.codes import Meaning, count_values
from yichuang.exchange.domain.drafting.dictionaries import USED, explained_by, find_dictionaries, perhaps, read_through
from yichuang.exchange.domain.drafting.knowing import Known, knowledge_of
from yichuang.exchange.domain.drafting.logs import mean_steps
from yichuang.exchange.domain.drafting.matching import Proposal
from yichuang.exchange.domain.drafting.proposing import Wish, propose_codes
from yichuang.exchange.domain.drafting.seen import SourceSeen
from yichuang.exchange.domain.drafting.structure import DictionaryProposal, lay_out
from yichuang.exchange.domain.drafting.vocabulary import load_vocabulary

EVENTS = "events"
# What the steps of a log tell without a column of its own.
_OF_STEPS = {"accept": "accepted_at", "close": "closed_at", "grant": "decided_at", "refuse": "decided_at"}
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
    `to_fill` are the keys that only a person can fill; `left_out` are tables that hold nothing of cases; `variables`
    are names that must be set in the environment, since no secret stands in a draft; `dictionaries` are tables that
    explain the codes of columns, those used that are sure enough.
    """

    mapping_text: str
    fields: tuple[Proposal, ...]
    codes: tuple[CodeProposal, ...]
    preset: str = ""
    missing: tuple[str, ...] = ()
    to_fill: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    log: bool = False
    variables: tuple[str, ...] = ()
    dictionaries: tuple[DictionaryProposal, ...] = ()


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
    draft = _draft(seen, wish, known or Known(), presets or {})
    secrets = (wish.password_name,) if wish.password_name else ()
    return draft._replace(variables=(*secrets, *(seen.service.variables if seen.service is not None else ())))


def _draft(seen: SourceSeen, wish: Wish, known: Known, presets: Mapping[str, Mapping[str, Any]]) -> Draft:
    found = presetting.recognise(seen, presets)
    if found is not None:
        return _of_preset(seen, found, wish, known)
    knowledge = knowledge_of(known)
    layout = lay_out(seen, knowledge=knowledge)
    dictionaries = find_dictionaries(seen, layout)
    used = [one for one in dictionaries if one.confidence >= USED]
    if used:
        layout = explained_by(lay_out(read_through(seen, used), knowledge=knowledge), used)
    codes = propose_codes(layout, wish=wish, known=known)
    text, to_fill = writing.write(layout, seen=seen, wish=wish, codes=codes)
    lists = tuple(CodeProposal(name, one.table, one.column, tuple(one.meanings)) for name, one in codes.lists.items())
    given: set[str] = set()
    if layout.log and layout.events.column("step"):
        events = layout.events
        counts = seen.events or count_values(events.table.column(events.column("step")).values)
        steps = tuple(mean_steps(counts))
        lists = (*lists, CodeProposal(EVENTS, events.table.name, events.column("step"), steps))
        given = {"received_at", *(_OF_STEPS[one.target] for one in steps if one.target in _OF_STEPS)}
    missing = _missing(layout.proposals, to_fill, given)
    return Draft(
        text + perhaps(dictionaries), layout.proposals, lists, "", missing, to_fill, layout.left_out, layout.log,
        dictionaries=dictionaries,
    )  # fmt: skip


def _of_preset(seen: SourceSeen, found: presetting.Recognised, wish: Wish, known: Known) -> Draft:
    text, lists, to_fill = presetting.write(found, seen=seen, wish=wish, known=known)
    proposals = presetting.proposals_of(found)
    codes = tuple(CodeProposal(name, table, column, tuple(meanings)) for name, table, column, meanings in lists)
    return Draft(text, proposals, codes, found.name, _missing(proposals, to_fill), to_fill, found.left_out)


def _missing(proposals: Sequence[Proposal], to_fill: Sequence[str], more: Collection[str] = ()) -> tuple[str, ...]:
    given = {one.field for one in proposals} | set(more)
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
