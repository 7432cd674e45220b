"""The window's form and the papers of a case through HTTP: faults at their fields, hostile scans, who reads what."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.integration.test_workbench import (
    LAND_FORM,
    NAME,
    PERSON,
    PHONE,
    REGISTRATION,
    accepted,
    as_,
    choose_first,
    fields_of,
    filled,
    page,
    receive,
    start,
    text_of,
)
from yichuang.catalogue.queries import search_items

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang")]


# -- the form of the window ------------------------------------------------------------------------------


def test_every_fault_of_an_application_is_told_at_its_field_and_nothing_typed_is_lost() -> None:
    client = as_("clerk")
    address = start(client)
    typed = filled(page(client, address)) | {"applicant.id_number": "610924198802290171", "applicant.phone": "12"}
    answer = client.post(address, typed)
    text = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#id_applicant.id_number"' in text and 'href="#id_applicant.phone"' in text
    assert 'value="610924198802290171"' in text and f'value="{NAME}"' in text
    assert NAME in page(client, address)


@pytest.mark.parametrize("name", ["𠮷野𡃁", "عبد الله", "测试😀", "阿" * 60])
def test_rare_long_and_right_to_left_names_come_back_as_they_were_typed(name: str) -> None:
    client = as_("clerk")
    address = start(client)
    answer = client.post(address, filled(page(client, address)) | {"applicant.name": name, "action": "save"})
    assert answer.status_code in (200, 422)
    assert name in text_of(answer)


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("空.pdf", b""),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("页.pdf", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_a_hostile_scan_is_refused_at_its_field(file_name: str, content: bytes) -> None:
    client = as_("clerk")
    address = start(client)
    typed = filled(page(client, address)) | {"file.0": SimpleUploadedFile(file_name, content)}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "id_file.0" in text_of(answer)
    assert NAME in text_of(answer)


def test_a_scan_is_kept_shown_and_only_ever_saved() -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    client = as_("clerk")
    address = start(client)
    typed = filled(page(client, address)) | {"file.0": SimpleUploadedFile("申请书.png", picture.getvalue())}
    number = client.post(address, typed)["Location"].split("/")[-3]
    text = page(client, f"/workbench/cases/{number}/")
    key = re.search(rf"/workbench/cases/{number}/files/(\w+)/\"", text)
    assert key and "申请书.png" in text
    answer = client.get(f"/workbench/cases/{number}/files/{key[1]}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"/workbench/cases/{number}/files/{key[1]}/preview.png")["Content-Type"] == "image/png"
    assert as_("manager").get(f"/workbench/cases/{number}/files/{key[1]}/").status_code == 403


def test_the_number_is_checked_as_it_is_typed_and_earlier_cases_are_named() -> None:
    number = receive(item=REGISTRATION, **LAND_FORM)
    client = as_("clerk")
    address = "/workbench/receive/applicant/"
    good = page(client, address, **{"applicant.id_type": "111", "applicant.id_number": PERSON})
    assert "号码校验通过" in good and number in good
    bad = page(client, address, **{"applicant.id_type": "111", "applicant.id_number": PERSON[:-1] + "0"})
    assert "校验码" in bad


def test_answers_change_the_materials_that_are_asked_for() -> None:
    client = as_("clerk")
    address = start(client, REGISTRATION)
    shown = page(client, address)
    assert "房屋所有权证" in shown
    typed = filled(shown, action="look", **{"answers.source": "grant", "applicant_type": "natural"})
    narrowed = text_of(client.post(address, typed))
    assert "房屋所有权证" not in narrowed


def test_an_answer_takes_no_material_s_place_from_another() -> None:
    client = as_("clerk")
    address = start(client, REGISTRATION)
    shown = page(client, address)
    names = re.findall(r'<label class="visually-hidden" for="id_way.(\d+)">([^<]+)</label>', shown)
    asked = {name: at for at, name in names}
    typed = filled(shown, action="look", all_brought="", applicant_type="natural", **{"answers.source": "grant"})
    typed |= {f"way.{at}": "bring" if at == names[-1][0] else "" for at, _name in names}
    narrowed = text_of(client.post(address, typed))
    left = re.findall(r'<label class="visually-hidden" for="id_way.(\d+)">([^<]+)</label>', narrowed)
    assert 0 < len(left) < len(names)
    assert all(asked[name] == at for at, name in left)


def test_looking_at_what_an_answer_changes_saves_nothing_that_the_clerk_then_collides_with() -> None:
    client = as_("clerk")
    address = start(client, REGISTRATION)
    typed = filled(page(client, address), action="look", **LAND_FORM)
    looked = text_of(client.post(address, typed))
    assert fields_of(looked)["version"] == typed["version"]
    answer = client.post(address, typed | {"action": "submit"})
    assert answer.status_code == 302


@pytest.mark.parametrize(("item", "badge"), [(REGISTRATION, True), ("town", False)])
def test_only_what_a_body_above_the_hall_decides_is_marked_as_taken_in_for_the_county(item: str, badge: bool) -> None:
    client = as_("townclerk")
    if item == "town":
        found = search_items(text="", division="610924101", limit=500)
        own = next(row for row in found if row.division == "610924101")
        answer = client.post("/workbench/receive/start/", {"item": own.implementation_code})
        address = answer["Location"] if answer.status_code == 302 else choose_first(client, text_of(answer))
    else:
        address = start(client, item)
    assert ("镇收县办" in page(client, address)) is badge


# -- papers ----------------------------------------------------------------------------------------------


def test_papers_and_the_archive_folder_are_for_those_who_handle_the_case() -> None:
    number = accepted()
    client = as_("clerk")
    links = re.findall(rf'href="(/workbench/cases/{number}/papers/[^"]+)"', page(client, f"/workbench/cases/{number}/"))
    assert len(links) == 2
    answer = client.get(links[0])
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    folder = client.get(f"/workbench/cases/{number}/archive.zip")
    assert b"".join(folder.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert as_("manager").get(links[0]).status_code == 403
    assert as_("townclerk").get(links[0]).status_code == 404


def test_personal_data_are_masked_for_those_who_do_not_handle_the_case() -> None:
    number = receive(item=REGISTRATION, **LAND_FORM)
    assert PERSON in page(as_("clerk"), f"/workbench/cases/{number}/")
    text = page(as_("manager"), f"/workbench/cases/{number}/")
    assert PERSON not in text and PHONE not in text and NAME not in text
