"""``rules check``: every layer, every location and every day on which something begins to count; examples are run."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from domain.route import CaseFacts, PatientFacts, ProcedureFacts, Route
from rules.classify import classify
from rules.errors import Place, Problems, RuleError
from rules.language import EXAMPLE
from rules.loading import assemble, completed, locations_in, parse_text, start_days
from rules.model import RuleSet
from rules.nodes import Items
from rules.openings_checks import check_sister_offices
from rules.shape import Fields, Said

_NOWHERE = "-"
"""Stands for a location without rules of its own."""


@dataclass(frozen=True, slots=True)
class Report:
    """What check found. ``tiers`` and ``version`` are those of the base and organisation layers today."""

    errors: tuple[RuleError, ...]
    warnings: tuple[RuleError, ...]
    tiers: tuple[str, ...]
    version: str
    examples: int

    @property
    def ok(self) -> bool:
        return not self.errors


def check(
    files: Mapping[str, str],
    on: date,
    fee_codes: Collection[str] | None = None,
    sites: Mapping[str, str] | None = None,
) -> Report:
    """Everything that is wrong with a folder of rule files; what it leaves out is filled in from the shipped base.

    ``sites``, where the locations are known: key -> whose patient records the location keeps (``Location.budget``).
    """
    every = completed(files)
    problems = Problems()
    layers = [_upto(every, "base/"), every] if any(name.startswith("organisation/") for name in every) else [every]
    for day in sorted({on, *(start for start in start_days(every) if start > on)}):
        for layered in layers:
            assemble(layered, _NOWHERE, day, problems, fee_codes)
        for location in locations_in(every):
            assemble(every, location, day, problems, fee_codes)
        for location in sorted(sites or {}):
            check_sister_offices(assemble(every, location, day, Problems(), fee_codes), sites or {}, problems)
    examples = 0
    for name, text in sorted(every.items()):
        examples += _run_examples(name, text, every, on, problems)
    current = assemble(every, _NOWHERE, on, Problems(), fee_codes)
    return Report(
        errors=tuple(sorted(set(problems.errors))),
        warnings=tuple(sorted(set(problems.warnings))),
        tiers=tuple(tier.name for tier in current.tiers),
        version=current.version,
        examples=examples,
    )


def _upto(files: Mapping[str, str], layer: str) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.startswith(layer)}


def _run_examples(name: str, text: str, files: Mapping[str, str], on: date, problems: Problems) -> int:
    """Examples speak for the layer they stand in."""
    node = parse_text(text, name, Problems()).get("examples")
    if not isinstance(node, Items):
        return 0
    layered = _upto(files, "base/") if name.startswith("base/") else files
    location = name.split("/")[1] if name.startswith("locations/") else _NOWHERE
    rule_set = assemble(layered, location, on, Problems())
    if rule_set.default_tier not in [tier.name for tier in rule_set.tiers]:
        return 0
    for item in node.items:
        said = EXAMPLE.read(item, Problems())
        if said is not None and {"name", "case", "expect"} <= said.value.keys():
            _run_example(said.value, rule_set, problems)
    return len(node.items)


def _run_example(example: Fields, rule_set: RuleSet, problems: Problems) -> None:
    route = classify(rule_set, facts_of(example["case"].value, rule_set.location))
    for key, wanted, got, at in _differences(example["expect"].value, route):
        message = f"the example `{example['name'].value}` expects {key} {wanted}, but gets {got}"
        problems.add(at, message, "mend the rule, or the example")


def _differences(expect: Fields, route: Route) -> Iterator[tuple[str, Any, Any, Place]]:
    got: dict[str, Any] = {
        "tier": route.tier,
        "path": route.path.value,
        "deposit": route.deposit_cents,
        "minutes": route.minutes,
        "provider": route.provider_type,
        "first_offer": route.first_offer_minutes,
        "escalate_after": route.escalate_after_hours * 60,
        "approvals": [approval.name for approval in route.approvals],
    }
    for key, said in expect.items():
        wanted = [each.value for each in said.value] if key == "approvals" else said.value
        if wanted != got[key]:
            yield key, _spoken(key, wanted), _spoken(key, got[key]), said.at


def _spoken(key: str, value: Any) -> str:
    if key == "deposit":
        return f"${value / 100:,.2f}"
    if key in ("minutes", "first_offer", "escalate_after"):
        return f"{value} min"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


def facts_of(case: Fields, location: str) -> CaseFacts:
    """The facts that an example's ``case`` writes."""
    textable = _plain(case, "textable", True)
    return CaseFacts(
        location=location,
        procedures=tuple(_procedure(each.value) for each in _plain(case, "procedures", ())),
        patient=PatientFacts(
            in_office=_plain(case, "in_office", False),
            age=_plain(case, "age", None),
            language=_plain(case, "language", "en"),
            textable=textable,
            why_not_textable="" if textable else "cannot be texted",
        ),
        at=datetime(2026, 1, 5, 18, tzinfo=UTC),
        patient_cents=_plain(case, "patient_portion", None),
        insurance=_plain(case, "insurance", "none"),
    )


def _procedure(fields: Fields) -> ProcedureFacts:
    marks: tuple[Said, ...] = _plain(fields, "attributes", ())
    return ProcedureFacts(
        code=_plain(fields, "code", ""),
        fee_cents=_plain(fields, "fee", 0),
        minutes=_plain(fields, "chair_time", 0),
        provider_type=_plain(fields, "provider", ""),
        category=_plain(fields, "category", ""),
        attributes=tuple(each.value for each in marks),
    )


def _plain(fields: Fields, key: str, default: Any) -> Any:
    found = fields.get(key)
    return found.value if found is not None else default
