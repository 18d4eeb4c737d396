"""The shipped rules, and short ways to write cases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.route import CaseFacts, PatientFacts, ProcedureFacts
from rules.loading import load_rules, read_files
from rules.model import RuleSet
from rules.paths import SHIPPED

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped_files() -> dict[str, str]:
    return read_files(SHIPPED)


@pytest.fixture(scope="session")
def shipped() -> RuleSet:
    return load_rules(SHIPPED, "boise", TODAY)


def procedure(code: str, dollars: int = 0, minutes: int = 0, provider: str = "", **more: Any) -> ProcedureFacts:
    return ProcedureFacts(code=code, fee_cents=dollars * 100, minutes=minutes, provider_type=provider, **more)


def case(*procedures: ProcedureFacts, patient: PatientFacts | None = None, **more: Any) -> CaseFacts:
    return CaseFacts(location="boise", procedures=procedures, patient=patient or PatientFacts(age=44), at=NOON, **more)
