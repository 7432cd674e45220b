"""Applications: whatever was typed comes back as it was typed; only spelling that means the same is made one."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from yichuang.cases.domain.application import Application, MaterialChoice, Party, in_whose_name, phones_of, tidy
from yichuang.cases.domain.completeness import check
from yichuang.cases.drafts import decode_application, encode_application

TYPED = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
PARTIES = st.builds(Party, name=TYPED, id_type=TYPED, id_number=TYPED, phone=TYPED, email=TYPED, address=TYPED)
APPLICATIONS = st.builds(
    Application,
    applicant=PARTIES,
    agent=st.none() | PARTIES,
    agent_relation=TYPED,
    represented=st.tuples(TYPED, TYPED),
    answers=st.dictionaries(TYPED, TYPED, max_size=2),
    fields=st.dictionaries(TYPED, TYPED, max_size=2),
    materials=st.lists(st.builds(MaterialChoice, name=TYPED, way=TYPED, note=TYPED), max_size=2).map(tuple),
    delivery=TYPED,
    delivery_address=TYPED,
    contact=st.lists(TYPED, max_size=2).map(tuple),
    summary=TYPED,
)


@given(APPLICATIONS)
def test_what_was_typed_comes_back_and_can_be_kept_by_any_database(typed: Application) -> None:
    content = encode_application(typed)
    assert "\0" not in content
    assert content.encode()
    kept = decode_application(content)
    assert encode_application(kept) == content
    assert kept == typed or "\ufffd" in content, "only half a character is replaced, and by the mark for it"


@given(APPLICATIONS)
def test_anything_typed_is_judged_in_words_and_never_breaks_the_judge(typed: Application) -> None:
    application = tidy(typed)
    for fault in check(application, (), (), date(2026, 3, 2)):
        assert fault.reason and fault.refusal.explain()
    assert len(in_whose_name(application)) == 3
    assert all(phones_of(application))


@given(APPLICATIONS)
def test_tidying_twice_is_tidying_once(typed: Application) -> None:
    once = tidy(typed)
    assert tidy(once) == once
