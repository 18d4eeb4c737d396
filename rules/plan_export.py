"""Past cases from a CSV export of accepted plans: one row a procedure, rows of one plan share ``plan_id``.

Columns: plan_id, accepted_at, code (needed); fee, minutes, provider_type, category, patient, patient_portion,
in_office, age, language, insurance, booked_at (may be missing or empty). Money is dollars, times are ISO 8601.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from domain.money import parse_cents
from domain.route import CaseFacts, PatientFacts, ProcedureFacts
from rules.errors import nearest
from rules.simulate import PastCase

COLUMNS = (
    "plan_id", "accepted_at", "code", "fee", "minutes", "provider_type", "category", "patient", "patient_portion",
    "in_office", "age", "language", "insurance", "booked_at",
)  # fmt: skip
NEEDED = ("plan_id", "accepted_at", "code")

_Row = Mapping[str, str]


def past_cases(text: str, location: str) -> list[PastCase]:
    """The cases of an export, in its order. Raises ValueError with the line and what is wrong there."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    _check_header(reader.fieldnames or ())
    plans: dict[str, list[tuple[int, _Row]]] = {}
    for row in reader:
        clean = {key: (value or "").strip() for key, value in row.items() if key}
        if not clean["plan_id"]:
            raise ValueError(f"line {reader.line_num}: plan_id is empty")
        plans.setdefault(clean["plan_id"], []).append((reader.line_num, clean))
    return [_case(plan_id, rows, location) for plan_id, rows in plans.items()]


def _check_header(names: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ValueError(f"line 1: the column {missing[0]} is missing; the columns are {', '.join(COLUMNS)}")
    for name in names:
        if name not in COLUMNS:
            raise ValueError(f"line 1: `{name}` is not a column ({nearest(name, COLUMNS)})")


def _case(plan_id: str, rows: list[tuple[int, _Row]], location: str) -> PastCase:
    line, first = rows[0]
    try:
        facts = CaseFacts(
            location=location,
            procedures=tuple(_procedure(number, row) for number, row in rows),
            patient=_patient(first),
            at=_instant(first["accepted_at"]),
            patient_cents=parse_cents(first["patient_portion"]) if first.get("patient_portion") else None,
            insurance=first.get("insurance") or "none",
        )
        ended = _instant(first["booked_at"]) if first.get("booked_at") else None
    except ValueError as wrong:
        if str(wrong).startswith("line "):
            raise
        raise ValueError(f"line {line}: {wrong}") from wrong
    return PastCase(case_id=plan_id, patient=first.get("patient") or plan_id, facts=facts, ended_at=ended)


def _procedure(line: int, row: _Row) -> ProcedureFacts:
    try:
        return ProcedureFacts(
            code=row["code"],
            fee_cents=parse_cents(row.get("fee") or "0"),
            minutes=int(row.get("minutes") or 0),
            provider_type=row.get("provider_type") or "",
            category=row.get("category") or "",
        )
    except ValueError as wrong:
        raise ValueError(f"line {line}: {wrong}") from wrong


def _patient(row: _Row) -> PatientFacts:
    return PatientFacts(
        in_office=(row.get("in_office") or "no").lower() in ("yes", "true", "1"),
        age=int(row["age"]) if row.get("age") else None,
        language=row.get("language") or "en",
    )


def _instant(text: str) -> datetime:
    """An instant; one without a zone is taken as UTC, which only moves week boundaries."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
