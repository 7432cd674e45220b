"""Acting: which acts of the ledger the columns of one table make. Answers in YAML, one act a piece."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from yichuang.cases.values import CodeVariant, Result
from yichuang.exchange.domain.drafting.codes import Meaning
from yichuang.exchange.domain.drafting.structure import Part
from yichuang.exchange.domain.drafting.yamltext import inline, listed, scalar

UNSAID = "来源未说明"
UNNAMED = "结果证照"
REMEDIES = "六十日内申请行政复议，六个月内提起行政诉讼"
_LATE, _EARLY = "18:00", "09:00"
_NOT_ACCEPTED_WORDS = ("2", "不予受理", "不受理")


class ActText(NamedTuple):
    """One act in YAML; `column` is where its instant stands."""

    act: str
    at: str
    column: str
    when: tuple[str, ...] = ()
    fields: dict[str, str] = {}

    def lines(self, *, of_event: bool) -> list[str]:
        """Return the act as lines of a list; an event's row without the instant makes no act."""
        when = self.when
        if of_event:
            when = (f"{{column: {scalar(self.column)}, empty: false}}", *when)
        parts = {"act": self.act, "at": self.at}
        if when:
            parts["when"] = f"[{', '.join(when)}]"
        if not self.fields:
            return [f"- {inline(parts)}"]
        head = [f"- act: {self.act}", f"  at: {self.at}"]
        if when:
            head.append(f"  when: {parts['when']}")
        return [*head, "  fields:", *(f"    {name}: {value}" for name, value in self.fields.items())]


class ResultWords(NamedTuple):
    """The values of the result column by what they mean, and whether the code list `results` is needed."""

    granted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    not_accepted: tuple[str, ...] = ()
    void: tuple[str, ...] = ()
    coded: bool = False


def as_written(words: ResultWords, part: Part) -> ResultWords:
    """Return the values of a part's result column as the source writes them, where a dictionary explains them."""
    column = part.column("result")
    if column not in part.lookups:
        return words
    granted, refused, not_accepted, void = (part.codes(column, one) for one in words[:4])
    return ResultWords(granted, refused, not_accepted, void, words.coded)


def result_words(values: Sequence[str], meanings: Sequence[Meaning], variant: CodeVariant) -> ResultWords:
    """Return what the values of a result column mean: digits by the variant, words by their meanings."""
    target = {one.value: one.target for one in meanings}
    for code in "0123456":
        if code in values or code in "016":
            target.setdefault(code, _OF_CODE[variant].get(code, ""))

    def of(*wanted: Result) -> tuple[str, ...]:
        return tuple(sorted(value for value, found in target.items() if found in set(wanted)))

    return ResultWords(
        of(Result.GRANTED),
        of(Result.NOT_GRANTED),
        of(Result.NOT_ACCEPTED),
        of(Result.VOID, Result.DELETED),
        coded=bool(meanings),
    )


_OF_CODE = {
    CodeVariant.NEWER: {
        "0": Result.GRANTED, "1": Result.NOT_GRANTED, "2": Result.VOID, "3": Result.DELETED, "6": Result.NOT_ACCEPTED,
    },
    CodeVariant.OLDER: {"0": Result.GRANTED, "2": Result.VOID, "3": Result.DELETED},
}  # fmt: skip


class Acting:
    """Writes the acts of one part; `results` says what its result column's values mean."""

    def __init__(self, part: Part, *, results: ResultWords) -> None:
        self.part, self.results = part, results

    def acts(self) -> list[ActText]:
        """Return every act that the part's columns can make, in the order of a case's life."""
        makers: tuple[Callable[[], list[ActText]], ...] = (
            self._accept, self._supplement, self._steps, self._special, self._end, self._delivery,
        )  # fmt: skip
        return [act for make in makers for act in make()]

    def at(self, field: str, *, late: bool = True) -> str:
        """Return the instant of a field; days without a time stand at the end of the day where `late`."""
        column = self.part.column(field)
        pairs = {"column": scalar(column)}
        if self.only_days(column):
            pairs["date_only_at"] = scalar(_LATE if late else _EARLY)
        return inline(pairs)

    def only_days(self, column: str) -> bool:
        """Return whether a column's values have no time of day."""
        return self.part.table.column(column).profile.shares.get("day", 0.0) >= 0.5

    def value(self, field: str, **more: str) -> str:
        """Return a column as a value with further keys."""
        return inline({**self.part.pairs(self.part.column(field)), **more})

    def _has(self, field: str) -> bool:
        return bool(self.part.column(field))

    def _accept(self) -> list[ActText]:
        if not self._has("accepted_at"):
            return []
        fields = {}
        if self._has("promised_at"):
            fields["due_at"] = self.at("promised_at")
        if self._has("document_number"):
            fields["document_number"] = self.value("document_number")
        column, found = self.part.column("accepted_at"), []
        state = self.part.column("acceptance_state")
        refused = [
            value for value in self._values(state) if value in _NOT_ACCEPTED_WORDS or "不" in value
        ] if state else []  # fmt: skip
        when: tuple[str, ...] = ()
        if refused:
            refused = list(self.part.codes(state, refused))
            when = (f"{{column: {scalar(state)}, regex: {scalar(_none_of(refused))}}}",)
            reason = self.value("refusal_reason", default=UNSAID) if self._has("refusal_reason") else UNSAID
            found.append(
                ActText(
                    "refuse-acceptance",
                    self.at("accepted_at", late=False),
                    column,
                    (f"{{column: {scalar(state)}, in: {listed(refused)}}}",),
                    {"ground": "not-competent", "reason": reason},
                )
            )
        return [ActText("accept", self.at("accepted_at", late=False), column, when, fields), *found]

    def _supplement(self) -> list[ActText]:
        found = []
        if self._has("supplement_asked_at"):
            source = next((one for one in ("supplement_missing", "supplement_reason") if self._has(one)), "")
            missing = self.value(source, default=UNSAID) if source else UNSAID
            found.append(self._act("request-supplement", "supplement_asked_at", {"missing": missing}))
        if self._has("supplement_taken_at"):
            found.append(self._act("take-supplement", "supplement_taken_at"))
        return found

    def _steps(self) -> list[ActText]:
        if not self._has("step") or self.part.kind != "step":
            return []
        step = self.value("step")
        # A step counts when it is finished: one that has only begun would be corrected as soon as it ends.
        end = "step_finished_at" if self._has("step_finished_at") else "step_started_at"
        return [self._act("finish-step", end, self.step_fields(step))] if self._has(end) else []

    def step_fields(self, step: str) -> dict[str, str]:
        """Return what a finished step carries."""
        fields = {"step": step}
        if self._has("step_officer"):
            fields["officer"] = self.value("step_officer")
        if self._has("step_opinion"):
            fields["opinion"] = self.value("step_opinion")
        if self._has("step_action"):
            fields["action"] = self.value("step_action", codes="actions", default="pass")
        return fields

    def _special(self) -> list[ActText]:
        if not self._has("special_started_at"):
            return []
        named = next((one for one in ("special_name", "special_kind") if self._has(one)), "")
        fields = {
            "procedure": self.value(named, codes="procedures") if named else "expert-review",
            "reason": self.value("special_reason", default=UNSAID) if self._has("special_reason") else UNSAID,
        }
        found = [self._act("start-special-procedure", "special_started_at", fields, late=False)]
        if self._has("special_ended_at"):
            result = {"result": self.value("special_result")} if self._has("special_result") else {}
            found.append(self._act("end-special-procedure", "special_ended_at", result))
        return found

    def _end(self) -> list[ActText]:
        closed = next((one for one in ("closed_at", "decided_at") if self._has(one)), "")
        if not closed:
            return []
        decided = "decided_at" if self._has("decided_at") else closed
        found = self._decisions(decided) if self._has("result") else []
        if self._has("certificate_number"):
            found.append(self._certificate(closed))
        fields: dict[str, str] = {}
        when: tuple[str, ...] = ()
        if self._has("result"):
            fields["result"] = self.value("result", **self._result_codes())
            if apart := [*self.results.not_accepted, *self.results.void]:
                when = (f"{{column: {scalar(self.part.column('result'))}, regex: {scalar(_none_of(apart))}}}",)
        if self._has("result_explanation"):
            fields["explanation"] = self.value("result_explanation")
        if self._has("fee"):
            fields["fee"] = self.value("fee")
        return [*found, self._act("close", closed, fields, *when)]

    def _certificate(self, closed: str) -> ActText:
        named = self._has("certificate_name")
        fields = {
            "name": self.value("certificate_name", default=UNNAMED) if named else UNNAMED,
            "certificate_number": self.value("certificate_number"),
        }
        if self._has("certificate_valid_until"):
            fields["valid_until"] = self.value("certificate_valid_until")
        given = f"{{column: {scalar(self.part.column('certificate_number'))}, empty: false}}"
        return self._act("issue-certificate", closed, fields, given)

    def _decisions(self, decided: str) -> list[ActText]:
        words, column, found = self.results, self.part.column("result"), []
        decider = {"decider": self.value("closing_officer")} if self._has("closing_officer") else {}
        reason = self.value("result_explanation", default=UNSAID) if self._has("result_explanation") else UNSAID

        def among(values: Sequence[str]) -> str:
            return f"{{column: {scalar(column)}, in: {listed(values)}}}"

        if words.granted:
            found.append(self._act("grant", decided, decider, among(words.granted)))
        if words.refused:
            fields = {"reason": reason, "remedies": REMEDIES, **decider}
            found.append(self._act("refuse", decided, fields, among(words.refused)))
        if words.not_accepted:
            fields = {"ground": "not-competent", "reason": reason}
            found.append(self._act("refuse-acceptance", decided, fields, among(words.not_accepted)))
        if words.void:
            fields = {"reason": reason, "result": self.value("result", **self._result_codes())}
            found.append(self._act("void", decided, fields, among(words.void)))
        return found

    def _result_codes(self) -> dict[str, str]:
        return {"codes": "results"} if self.results.coded else {}

    def _delivery(self) -> list[ActText]:
        return [self._act("deliver", "delivered_at")] if self._has("delivered_at") else []

    def _act(
        self, act: str, field: str, fields: dict[str, str] | None = None, *when: str, late: bool = True
    ) -> ActText:
        return ActText(act, self.at(field, late=late), self.part.column(field), when, fields or {})

    def _values(self, column: str) -> list[str]:
        return sorted({value.strip() for value in self.part.table.column(column).values if value.strip()})


def _none_of(values: Sequence[str]) -> str:
    """Return the pattern that fits every text but these."""
    special = set("\\.^$*+?{}[]|()")
    escaped = ("".join(f"\\{one}" if one in special else one for one in value) for value in values)
    return f"^(?!({'|'.join(escaped)})$)"
