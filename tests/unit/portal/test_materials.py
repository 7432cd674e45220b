"""Materials of an application on its page: ways that can be gone, files that have arrived, what was chosen."""

from datetime import UTC, datetime
from typing import Any

from yichuang.cases.values import Application, AttachmentRow, MaterialChoice
from yichuang.catalogue.values import MaterialNeed, Way
from yichuang.portal.applying import materials
from yichuang.portal.ways import offered

AT = datetime(2026, 3, 2, tzinfo=UTC)


def need(name: str, *ways: Way, **more: Any) -> MaterialNeed:
    told = {
        "issuer": "",
        "required": True,
        "key": False,
        "tolerable": True,
        "originals": 1,
        "copies": 0,
        "form": "paper",
    }
    return MaterialNeed(name=name, ways=ways, **{**told, **more})  # type: ignore[arg-type]


def file(key: str, material: str) -> AttachmentRow:
    return AttachmentRow(
        key=key,
        draft="d",
        number="",
        owner="o",
        material=material,
        file_name=f"{key}.jpg",
        media_type="image/jpeg",
        size=10,
        digest="",
        pages=1,
        created_at=AT,
        by="o",
        taken=False,
        previewable=True,
    )


FORM, CARD = need("申请书", Way.BRING, Way.UPLOAD), need("身份证", Way.BRING)


def test_a_single_way_needs_no_choosing() -> None:
    form, card = materials.parts(Application(), (FORM, CARD), attachments=(), held=(), faults={})
    assert [way.chosen for way in card.ways] == [True]
    assert [way.chosen for way in form.ways] == [False, False]


def test_a_licence_that_nobody_holds_is_not_offered() -> None:
    (part,) = materials.parts(
        Application(),
        (need("执照", Way.REUSE, Way.UPLOAD, licences=("营业执照",)),),
        attachments=(),
        held=(),
        faults={},
    )
    assert [way.key for way in part.ways] == ["upload"]


def test_files_stand_beside_their_own_material_only() -> None:
    form, card = materials.parts(
        Application(), (FORM, CARD), attachments=(file("a", "申请书"), file("b", "别的")), held=(), faults={}
    )
    assert [one.key for one in form.attachments] == ["a"]
    assert card.attachments == ()


def test_what_was_chosen_on_the_page_is_kept_with_the_files_that_arrived() -> None:
    told = materials.fill(
        Application(),
        {"material-0.way": "upload", "material-1.way": "bring"},
        needs=(FORM, CARD),
        files=(file("a", "申请书"),),
    )
    assert told.materials == (
        MaterialChoice(name="申请书", way="upload", attachments=("a",)),
        MaterialChoice(name="身份证", way="bring"),
    )


def test_a_choice_for_what_is_no_longer_needed_survives_a_change_of_mind() -> None:
    before = Application(materials=(MaterialChoice(name="旧材料", way="bring"),))
    told = materials.fill(before, {"material-0.way": "bring"}, needs=(FORM,), files=())
    assert [choice.name for choice in told.materials] == ["旧材料", "申请书"]


def test_a_file_settles_the_way_where_nobody_has_chosen() -> None:
    told = materials.with_files(Application(), (FORM,), (file("a", "申请书"),))
    assert told.materials[0].way == "upload"


def test_on_a_guide_the_least_troublesome_way_comes_first() -> None:
    everything = need("材料", Way.BRING, Way.PROMISE, Way.UPLOAD, Way.REUSE)
    assert offered(everything) == ["可以用电子证照", "可以上传", "可以承诺代替", "可以带到窗口"]
