"""The office's own file of plan templates takes the place of ours; what is wrong in it is said."""

from pathlib import Path

import pytest

from domain.plan_catalogue import FIELDS, filled
from runtime.plan_catalogue import SHIPPED, CatalogueError, read_catalogue
from tests.db.plan_samples import TODAY


def test_what_is_shipped_offers_four_payments_without_interest_first() -> None:
    catalogue = read_catalogue()
    first = catalogue.template()
    terms = first.terms(TODAY, 60_000)
    assert (terms.number_of_payments, str(terms.apr_percent)) == (4, "0")
    assert all(each.terms(TODAY, 60_000).locked for each in catalogue.templates if each.apr_percent)
    for words in (catalogue.agreement, catalogue.card_permission):
        for language in ("en", "es"):
            assert "$" not in filled(words, language, dict.fromkeys(FIELDS, "x"))


def test_an_office_s_own_file_is_read_instead(tmp_path: Path) -> None:
    own = SHIPPED.read_text("utf-8").replace("name: Four monthly payments", "name: Our four")
    (tmp_path / "plans.yaml").write_text(own, "utf-8")
    assert read_catalogue(tmp_path).template("four").name == "Our four"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("$guarantor agrees", "$guaranter agrees", "guaranter"),
        ("number_of_payments: 4}", "number_of_payment: 4}", "number_of_payment"),
        ("categories: [", "categories: [[", "not YAML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = SHIPPED.read_text("utf-8")
    changed = text.replace(old, new, 1)
    (tmp_path / "plans.yaml").write_text(changed, "utf-8")
    with pytest.raises(CatalogueError, match=words):
        read_catalogue(tmp_path)
