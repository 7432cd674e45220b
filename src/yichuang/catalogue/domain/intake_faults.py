"""Faults of an intake file: between what a city writes and what an item really asks. Finds every one, raises none.

A place in the file is a path of keys and indexes, from which the reader tells the line.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from yichuang.catalogue.domain.faults import Fault
from yichuang.catalogue.domain.intake import (
    APPLICANT,
    BASE_KEYS,
    HANDLING,
    LEGAL,
    NATURAL,
    Field,
    FieldKind,
    IntakeContent,
    MaterialRule,
    Option,
    Question,
    Shape,
    Way,
    When,
)
from yichuang.catalogue.domain.source import SourceItem
from yichuang.kernel.words import N_

Path = tuple[str | int, ...]
Found = tuple[Path, Fault]
Part = TypeVar("Part", bound=Shape)

LONGEST_TEXT = 300
LONGEST_FIELD = 2000
FEWEST_OPTIONS = 2
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HEAD = {"item", "effective_on", "town_hall", "questions", "fields", "materials"}


def _fault(reason: str, remedy: str, **details: object) -> Fault:
    return Fault(reason=reason, remedy=remedy, details=details)


def _shape(error: msgspec.ValidationError) -> Fault:
    return _fault(N_("数据结构不符：{why}"), N_("请对照目录数据的字段说明改正"), why=str(error).partition(" - at ")[0])


def _steps(error: msgspec.ValidationError) -> Path:
    where = str(error).partition(" - at `$")[2].rstrip("`")
    found = re.findall(r"\.(\w+)|\[(\d+)\]", where)
    return tuple(name or int(index) for name, index in found)


def _parts(raw: dict[str, Any], name: str, kind: type[Part]) -> tuple[list[tuple[int, Part]], list[Found]]:
    """Convert the parts of a list one by one, so that a fault in one does not hide the next."""
    held = raw.get(name, [])
    if not isinstance(held, list):
        return [], [((name,), _fault(N_("“{key}”应是一个列表"), N_("请改正该数据文件"), key=name))]
    parts: list[tuple[int, Part]] = []
    faults: list[Found] = []
    for index, one in enumerate(held):
        part = _convert(one, kind)
        if isinstance(part, msgspec.ValidationError):
            faults.append(((name, index, *_steps(part)), _shape(part)))
        else:
            parts.append((index, part))
    return parts, faults


def _convert(raw: object, kind: type[Part]) -> Part | msgspec.ValidationError:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        return error


def read_intake(raw: object, *, item: SourceItem) -> tuple[IntakeContent, tuple[Found, ...]]:
    """Return the intake that a file's mapping describes, without the parts that have no shape, and every fault."""
    if not isinstance(raw, dict):
        return IntakeContent(item=item.code), (((), _fault(N_("整个文件应是一组“键: 值”"), N_("请改正该数据文件"))),)
    faults: list[Found] = [
        (
            (key,),
            _fault(N_("不认识的键“{key}”"), N_("请从下列各键中选用：{known}"), key=key, known="、".join(sorted(_HEAD))),
        )
        for key in raw
        if key not in _HEAD
    ]
    if raw.get("item") != item.code:
        faults.append((("item",), _fault(N_("item应与文件名“{code}”相同"), N_("请改正该数据文件"), code=item.code)))
    if not isinstance(raw.get("town_hall", False), bool):
        faults.append((("town_hall",), _fault(N_("“{key}”只能是true或false"), N_("请改正该数据文件"), key="town_hall")))
    questions, wrong_questions = _parts(raw, "questions", Question)
    fields, wrong_fields = _parts(raw, "fields", Field)
    materials, wrong_materials = _parts(raw, "materials", MaterialRule)
    faults += wrong_questions + wrong_fields + wrong_materials
    faults += _questions(questions, item)
    faults += _fields(fields, _known_answers(questions, item))
    faults += _materials(materials, item, _known_answers(questions, item))
    content = IntakeContent(
        item=item.code,
        questions=tuple(question for _, question in questions),
        fields=tuple(field for _, field in fields),
        materials=tuple(rule for _, rule in materials),
        town_hall=raw.get("town_hall") is True,
    )
    return content, tuple(faults)


def _known_answers(questions: Sequence[tuple[int, Question]], item: SourceItem) -> dict[str, set[str]]:
    known = {APPLICANT: {NATURAL, LEGAL}, HANDLING: {handling.code for handling in item.handling_items}}
    for _, question in questions:
        known.setdefault(question.key, {option.key for option in question.options})
    return known


def _texts(path: Path, part: msgspec.Struct) -> Iterator[Found]:
    """What is said in one language must be said in the other, and nothing may be longer than a page bears."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if not isinstance(value, str) or name == "key":
            continue
        if len(value) > LONGEST_TEXT:
            yield (
                (*path, name),
                _fault(N_("文字长{length}字，超过{most}字"), N_("请写短一些"), length=len(value), most=LONGEST_TEXT),
            )
        english = getattr(part, f"{name}_en", None)
        if english is not None and bool(value.strip()) != bool(english.strip()):
            yield (*path, name), _fault(N_("“{key}”和“{key}_en”应同时填写"), N_("请补上另一种文字"), key=name)


def _key(path: Path, key: str, seen: set[str], reserved: frozenset[str] = frozenset()) -> Iterator[Found]:
    if not _KEY.fullmatch(key):
        yield (*path, "key"), _fault(N_("键“{key}”应由小写字母、数字和连字符组成"), N_("请改用这样的键"), key=key)
    if key in seen:
        yield (*path, "key"), _fault(N_("键“{key}”写了两次"), N_("请改用另一个键"), key=key)
    if key in reserved:
        yield (*path, "key"), _fault(N_("键“{key}”另有用处"), N_("请改用另一个键"), key=key)
    seen.add(key)


def _when(path: Path, when: When, known: dict[str, set[str]]) -> Iterator[Found]:
    for key, allowed in when.items():
        if key not in known:
            yield (
                (*path, "when", key),
                _fault(N_("条件中的“{key}”不是前面的问题"), N_("只能写前面的问题、handling或applicant"), key=key),
            )
            continue
        for index, value in enumerate(allowed):
            if value not in known[key]:
                yield (
                    (*path, "when", key, index),
                    _fault(N_("“{value}”不是“{key}”的答案"), N_("请核对答案的键"), value=value, key=key),
                )


def _questions(questions: Sequence[tuple[int, Question]], item: SourceItem) -> Iterator[Found]:
    seen: set[str] = set()
    known = {APPLICANT: {NATURAL, LEGAL}, HANDLING: {handling.code for handling in item.handling_items}}
    for index, question in questions:
        path: Path = ("questions", index)
        yield from _key(path, question.key, seen, frozenset({APPLICANT}))
        yield from _texts(path, question)
        yield from _when(path, question.when, known)
        if len(question.options) < FEWEST_OPTIONS:
            yield (*path, "options"), _fault(N_("问题至少应有两个答案"), N_("请补上答案，或删去这个问题"))
        keys: set[str] = set()
        for place, option in enumerate(question.options):
            yield from _option((*path, "options", place), option, keys, item)
        codes = {handling.code for handling in item.handling_items}
        if question.key == HANDLING and keys != codes:
            yield (
                (*path, "options"),
                _fault(
                    N_("handling的答案应正好是本事项的办理项{codes}"),
                    N_("请逐一对应"),
                    codes="、".join(sorted(codes)),
                ),
            )
        known[question.key] = keys


def _option(path: Path, option: Option, keys: set[str], item: SourceItem) -> Iterator[Found]:
    yield from _key(path, option.key, keys)
    yield from _texts(path, option)
    names = {material.name.strip() for material in item.materials}
    for attribute in ("needs", "drops"):
        for index, name in enumerate(getattr(option, attribute)):
            if name not in names:
                yield (*path, attribute, index), _unknown_material(name, item)
    for name in sorted(set(option.needs) & set(option.drops)):
        yield (*path, "drops"), _fault(N_("同一答案既要又不要“{name}”"), N_("请留下其中一个"), name=name)


def _unknown_material(name: str, item: SourceItem) -> Fault:
    known = "、".join(material.name.strip() for material in item.materials)
    return _fault(N_("事项没有材料“{name}”"), N_("请从下列材料中选用：{known}"), name=name, known=known)


def _fields(fields: Sequence[tuple[int, Field]], known: dict[str, set[str]]) -> Iterator[Found]:
    seen: set[str] = set()
    for index, field in fields:
        path: Path = ("fields", index)
        yield from _key(path, field.key, seen, BASE_KEYS)
        yield from _texts(path, field)
        yield from _when(path, field.when, known)
        if (field.kind is FieldKind.CHOICE) != bool(field.choices):
            yield (*path, "choices"), _fault(N_("只有choice类型的字段有choices，而且必须有"), N_("请改正类型或选项"))
        keys: set[str] = set()
        for place, choice in enumerate(field.choices):
            yield from _key((*path, "choices", place), choice.key, keys)
            yield from _texts((*path, "choices", place), choice)
        if not 0 <= field.max_length <= LONGEST_FIELD:
            yield (*path, "max_length"), _fault(N_("字段长度应在{most}字以内"), N_("请写短一些"), most=LONGEST_FIELD)
        bounded = field.least is not None or field.most is not None
        if bounded and field.kind not in {FieldKind.NUMBER, FieldKind.AREA}:
            yield (*path, "kind"), _fault(N_("只有数字和面积有上下限"), N_("请改正类型，或删去上下限"))
        if field.least is not None and field.most is not None and field.least > field.most:
            yield (*path, "least"), _fault(N_("下限大于上限"), N_("请核对上下限"))


def _materials(
    rules: Sequence[tuple[int, MaterialRule]], item: SourceItem, known: dict[str, set[str]]
) -> Iterator[Found]:
    by_name = {material.name.strip(): material for material in item.materials}
    seen: set[str] = set()
    for index, rule in rules:
        path: Path = ("materials", index)
        yield from _texts(path, rule)
        yield from _when(path, rule.when, known)
        material = by_name.get(rule.name)
        if material is None:
            yield (*path, "name"), _unknown_material(rule.name, item)
        if rule.name in seen:
            yield (*path, "name"), _fault(N_("材料“{name}”写了两次"), N_("请合并"), name=rule.name)
        seen.add(rule.name)
        if len(set(rule.ways)) != len(rule.ways):
            yield (*path, "ways"), _fault(N_("同一种方式写了两次"), N_("请删去重复的"))
        if (Way.REUSE in rule.ways) != bool(rule.licences):
            yield (*path, "licences"), _fault(N_("写明reuse的材料必须写明证照名称，反之亦然"), N_("请补上或删去"))
        if material is not None and material.key:
            if Way.PROMISE in rule.ways:
                yield (*path, "ways"), _fault(N_("主审要件“{name}”不能以承诺代替"), N_("请删去promise"), name=rule.name)
            if rule.tolerable:
                yield (
                    (*path, "tolerable"),
                    _fault(N_("主审要件“{name}”不能容缺"), N_("请删去tolerable"), name=rule.name),
                )
