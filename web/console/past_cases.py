"""Past cases out of our own rows, as the facts that rules look at: what a changed rule set is tried on."""

from collections.abc import Callable, Mapping, Sequence

from domain.people import ProviderKind
from domain.records import CaseRecord
from domain.route import CaseFacts, Path, PatientFacts, ProcedureFacts
from domain.treatment_plan import CELL_MINUTES, PlannedProcedure
from rules.simulate import PastCase
from web.console.deps import Mirror, Work

_IN_OFFICE = "the patient is in the building"
_A_PERSON_CALLS = "a person calls: "
_SAID_BY_RULES = ("longer than one visit", "this tier asks for it", "no texts in the language")
"""Parts of the reasons for a call that rules give; changed rules decide these anew (``rules.classify``)."""
_PREAUTHORISED = "insurance pre-authorisation"


class StoredCases:
    """Satisfies ``rules.simulate.PastCases`` for one location, the newest ``most`` cases."""

    def __init__(self, work: Work, mirror: Mirror, location: str, most: int = 1000) -> None:
        self._work = work
        self._mirror = mirror
        self._location = location
        self._most = most

    def past_cases(self) -> Sequence[PastCase]:
        rows = self._work.routed(self._location, self._most)
        kinds = kinds_at(self._mirror, rows[0].account) if rows else {}
        return [past_case(row, kinds) for row in rows]


def kinds_at(mirror: Mirror, account: str) -> Mapping[str, ProviderKind]:
    """Provider id -> what the provider may do."""
    return {each.id: each.kind for each in mirror.providers(account)}


def past_case(row: CaseRecord, kinds: Mapping[str, ProviderKind]) -> PastCase:
    """The case as it was when it was classified: by its facts, or what an older row still says."""
    return PastCase(
        case_id=row.case_id,
        patient=f"{row.account} {row.patient_id}",
        facts=row.facts or _rebuilt(row, kinds),
        ended_at=row.booked_at or row.ended_at,
    )


def _rebuilt(row: CaseRecord, kinds: Mapping[str, ProviderKind]) -> CaseFacts:
    """For rows from before facts were kept.

    What the row does not say is read from the reasons of its route: whether the patient was in the building, and why
    no text could go. The insurance is known only where it asked for an approval or was estimated at all.
    """
    unsure = _unsure(row)
    why_not = "" if unsure else _why_not_textable(row)
    return CaseFacts(
        location=row.location,
        procedures=tuple(_procedure(each, row, kinds) for each in row.procedures),
        patient=PatientFacts(
            in_office=row.path == Path.SAME_VISIT or _said(row, lambda text: text == _IN_OFFICE),
            age=_age(row),
            language=row.language or "en",
            textable=not why_not,
            why_not_textable=why_not,
        ),
        at=row.accepted_at,
        patient_cents=row.patient_cents,
        insurance=_insurance(row),
        visit_minutes=CELL_MINUTES * len(row.pattern) if row.planned_appointment_id else None,
        unsure=unsure,
    )


def _procedure(row: PlannedProcedure, case: CaseRecord, kinds: Mapping[str, ProviderKind]) -> ProcedureFacts:
    kind = kinds.get(row.provider_id or case.provider_id)
    return ProcedureFacts(
        code=row.code,
        fee_cents=row.fee_cents,
        minutes=row.minutes,
        provider_type=kind.value if kind else "",
        category=row.category,
    )


def _unsure(row: CaseRecord) -> str:
    """Why no single visit could be chosen from the plan: such a case names no provider."""
    return row.visit_why if row.visit_why and not row.provider_id else ""


def _why_not_textable(row: CaseRecord) -> str:
    """The reason for a call that no rule gave but the patient's own circumstances."""
    if row.route is None or row.path != Path.CALLBACK:
        return ""
    said = next((each.text for each in row.route.reasons if each.value == "path"), "")
    why = said.removeprefix(_A_PERSON_CALLS)
    return "" if why == said or any(words in why for words in _SAID_BY_RULES) else why


def _insurance(row: CaseRecord) -> str:
    if row.route and any(each.name == _PREAUTHORISED for each in row.route.approvals):
        return "preauth_needed"
    return "estimated" if 0 < row.patient_cents < row.value_cents else "none"


def _said(row: CaseRecord, wanted: Callable[[str], bool]) -> bool:
    return row.route is not None and any(wanted(each.text) for each in row.route.reasons)


def _age(row: CaseRecord) -> int | None:
    if row.birthdate is None:
        return None
    day, born = row.accepted_at.date(), row.birthdate
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
