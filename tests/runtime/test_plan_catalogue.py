"""The office's own file of plan templates takes the place of ours; what is wrong in it is said."""

from pathlib import Path

import pytest

from domain.payment_plan.production import ProcedureStatus
from domain.payment_plan.terms import TreatmentPlanned
from domain.plan_agreement import replacement_fields
from domain.plan_catalogue import FIELDS, filled
from domain.plan_law import shown
from runtime.plan_catalogue import SHIPPED, CatalogueError, read_catalogue
from tests.db.plan_samples import TODAY, a_plan, a_proposal, an_item


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


def papers(language: str, handling: TreatmentPlanned, status: ProcedureStatus, down_cents: int = 0) -> tuple[str, str]:
    """The terms and the card permission that a plan of one crown is signed with."""
    proposal = a_proposal(an_item(status=status), treatment_planned=handling, down_payment_cents=down_cents)
    record = a_plan(language=language, proposal=proposal)
    fields = replacement_fields(record, record.shown_plan, shown(record.shown_plan, TODAY), "Cedar Dental", "", 3)
    catalogue = read_catalogue()
    return filled(catalogue.agreement, language, fields), filled(catalogue.card_permission, language, fields)


@pytest.mark.parametrize(
    ("language", "waits", "counts"),
    [
        ("en", "charged only once it is done", "in these payments from the start"),
        ("es", "se cobra solo cuando esté hecho", "entra en estos pagos desde el principio"),
    ],
)
def test_what_is_signed_says_how_this_plan_charges_planned_work(language: str, waits: str, counts: str) -> None:
    planned, done = ProcedureStatus.TREATMENT_PLANNED, ProcedureStatus.COMPLETE
    for words in papers(language, TreatmentPlanned.AWAIT_COMPLETE, planned):
        assert (waits in words, counts in words) == (True, False)
    for words in papers(language, TreatmentPlanned.TREAT_AS_COMPLETE, planned):
        assert (waits in words, counts in words) == (False, True)
    for words in papers(language, TreatmentPlanned.AWAIT_COMPLETE, done):
        assert (waits in words, counts in words) == (False, False)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_down_payment_that_is_none_is_not_spoken_of(language: str) -> None:
    complete = (TreatmentPlanned.TREAT_AS_COMPLETE, ProcedureStatus.COMPLETE)
    assert all("$0.00" not in words for words in papers(language, *complete))
    assert all("$100.00" in words for words in papers(language, *complete, down_cents=10_000))
