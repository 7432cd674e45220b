"""A refusal explains itself in any language and survives the way between processes."""

import pickle

from yichuang.kernel.refusal import Refusal


class Late(Refusal):
    """For these tests."""

    sentence = "{who}迟到了"
    remedy = "请{who}说明理由"
    citation = "某法第一条"


def test_a_refusal_says_what_happened_what_to_do_and_on_which_article() -> None:
    assert Late(who="甲").explain() == "甲迟到了。请甲说明理由。（某法第一条）"


def test_sentences_are_joined_as_the_readers_language_joins_them() -> None:
    english = {
        "{who}迟到了": "{who} was late", "请{who}说明理由": "{who} must say why", "某法第一条": "Some Act, art. 1",
        "{0}。{1}。": "{0}. {1}.", "{0}（{1}）": "{0} ({1})", "甲": "A",
    }  # fmt: skip
    assert Late(who="甲").explain(lambda text: english[text]) == "A was late. A must say why. (Some Act, art. 1)"


def test_a_refusal_survives_the_way_from_one_process_to_another() -> None:
    again = pickle.loads(pickle.dumps(Late(who="甲")))
    assert type(again) is Late
    assert again.details == {"who": "甲"}
    assert again.explain() == Late(who="甲").explain()
