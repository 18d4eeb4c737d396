from typing import get_args

from domain.plan_life import PayerWord
from web.plans.words import PLAN_WORDS


def test_both_languages_have_the_same_words_and_one_for_each_refusal() -> None:
    assert PLAN_WORDS["en"].keys() == PLAN_WORDS["es"].keys()
    assert set(get_args(PayerWord)) <= PLAN_WORDS["en"].keys()
