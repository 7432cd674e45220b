"""Decoding: what a source's codes mean here: by its own dictionary tables, by the mapping's lists, by what we know."""

from collections.abc import Mapping

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.conditions import main_item_of, organisation_of
from yichuang.exchange.domain.lookups import Dictionaries, meaning_of
from yichuang.exchange.domain.refusals import CodeUnknown

_MOST_SHOWN = 30


class Decoder:
    """Decodes by one mapping; `organisations` is what @organisations holds, `dictionaries` what its lookups read."""

    def __init__(
        self, mapping: m.Mapping, *, organisations: Mapping[str, str], dictionaries: Dictionaries | None = None
    ) -> None:
        self.mapping, self.organisations, self.dictionaries = mapping, organisations, dictionaries or {}

    def decoded(self, value: m.Value, text: str) -> str:
        """Return what a column's text means; refuses with CodeUnknown, CodeNotListed or CodeListedTwice."""
        if value.lookup is not None:
            text = meaning_of(text, value.lookup, self.dictionaries)
        if not value.codes:
            return text
        if value.codes in m.OWN_LISTS:
            return self._own(value.codes, text)
        table = self.mapping.codes[value.codes]
        text = self.looked_up(value.codes, text)
        if text in table.map:
            return table.map[text]
        if table.otherwise is not None:
            return table.otherwise
        if table.default == m.KEEP or (table.lookup is not None and not table.map):
            return text
        raise CodeUnknown(value=text, codes=value.codes, possible="、".join(list(table.map)[:_MOST_SHOWN]) or "—")

    def looked_up(self, codes: str, text: str) -> str:
        """Return a text as the dictionary behind a code list has it; the text itself where there is none behind it."""
        lookup = self.mapping.codes[codes].lookup
        return text if lookup is None else meaning_of(text, lookup, self.dictionaries)

    def _own(self, codes: str, text: str) -> str:
        own = main_item_of(text) if codes == m.ITEMS else organisation_of(text, self.organisations)
        if not own:
            possible = "—" if codes == m.ITEMS else "、".join(list(self.organisations)[:_MOST_SHOWN]) or "—"
            raise CodeUnknown(value=text, codes=codes, possible=possible)
        return own
