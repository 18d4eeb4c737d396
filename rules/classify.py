"""Classify a case: exactly one tier, every value of its route, and the reason and place for each.

Pure and total: whatever the facts, there is one answer.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from domain.route import Approval, CaseFacts, Path, Reason, RefundPolicy, Route
from rules.deposit import Why, deposit_cents, words_of
from rules.errors import Place
from rules.healing import healing_gap, midnight, start_of_search
from rules.language import AS_PLANNED
from rules.matching import Alternative, Index, Measured, holds, kind_of_provider, why
from rules.model import RuleSet, Tier

_CELL = 5
"""Visits last whole 5-minute cells."""

_KEPT = 10_000
"""Reasons repeat from case to case; so many are made only once."""

_Key = tuple[str, str, str | int | Why]


def classify(rule_set: RuleSet, facts: CaseFacts) -> Route:
    """How this case is to be handled. Never raises on facts; the default tier takes what no rule matches."""
    return _router(rule_set).route(facts)


def tier_of(rule_set: RuleSet, facts: CaseFacts) -> str:
    """The tier's name alone."""
    return _router(rule_set).tier(facts)


@lru_cache(maxsize=128)
def _router(rule_set: RuleSet) -> "_Router":
    return _Router(rule_set)


def _reason(value: str, text: str, at: Place) -> Reason:
    return Reason.model_construct(value=value, text=text, file=at.file, line=at.line)


class _Prepared:
    """A tier's route as far as it does not depend on the case, made once."""

    def __init__(self, tier: Tier, rule_set: RuleSet) -> None:
        self.tier = tier
        hours = -(-tier.escalate_after_minutes // 60)
        self.route = Route(
            tier=tier.name,
            path=tier.otherwise,
            fallback_path=tier.fallback,
            refund_policy=rule_set.policies.get(tier.refund_policy, RefundPolicy(name=tier.refund_policy)),
            minutes=tier.visit_at_least,
            first_offer_minutes=tier.first_offer_minutes,
            steps=tier.steps,
            escalate_after_hours=hours,
            owners=tier.owners,
            ranking=tier.ranking,
            lead_minutes=tier.lead_minutes,
            horizon_days=max(1, tier.look_ahead_minutes // 1440),
            other_provider=tier.other_provider,
            other_locations=tier.other_locations,
            priority=tier.priority,
            payment_plan=tier.payment_plan,
            rule_version=rule_set.version,
        )
        deadline = f"first offer within {tier.first_offer_minutes} min"
        chain = " then ".join(step.owner for step in tier.owners)
        self.reasons = (
            _reason("first_offer_minutes", deadline, tier.place("first_offer")),
            _reason("steps", f"{len(tier.steps)} follow-up steps", tier.place("follow_up")),
            _reason(
                "escalate_after_hours", f"unbooked after {hours} h, a person takes over", tier.place("escalate.after")
            ),
            _reason("owners", chain, tier.place("escalate.owners")),
            _reason("refund_policy", f"policy {tier.refund_policy}", tier.place("refund_policy")),
            *_elsewhere(tier),
        )


def _elsewhere(tier: Tier) -> Iterator[Reason]:
    """Where else to look when there is no opening with the planned provider at the own office."""
    others = "another one of that kind is tried" if tier.other_provider else "no other one is tried"
    at = tier.place("openings.other_provider")
    yield _reason("other_provider", f"without an opening of the planned provider {others}", at)
    if tier.other_locations:
        text = f"when the own office has none: {', then '.join(tier.other_locations)}"
        yield _reason("other_locations", text, tier.place("openings.other_locations"))


class _Router:
    def __init__(self, rule_set: RuleSet) -> None:
        self._rules = rule_set
        self._index = Index(rule_set.tiers)
        self._prepared = {tier.name: _Prepared(tier, rule_set) for tier in rule_set.tiers}
        self._default = rule_set.default_tier
        self._reasons: dict[_Key, Reason] = {}

    def tier(self, facts: CaseFacts) -> str:
        found = self._index.first(Measured(facts, self._rules.categories))
        return found.tier.name if found else self._default

    def route(self, facts: CaseFacts) -> Route:
        case = Measured(facts, self._rules.categories)
        found = self._index.first(case)
        prepared = self._prepared[found.tier.name if found else self._default]
        tier = prepared.tier
        minutes, minutes_reason = self._minutes(tier, case)
        path, path_reason = self._path(tier, case, minutes)
        deposit, deposit_why = deposit_cents(tier.deposit, case)
        provider, provider_reason = self._provider(tier, case)
        reasons = (
            self._tier_reason(tier, found, case),
            path_reason,
            self._kept(tier, "deposit_cents", deposit_why, lambda: (words_of(deposit_why, tier.deposit), "deposit")),
            minutes_reason,
            provider_reason,
            *prepared.reasons,
        )
        varying: dict[str, object] = {
            "path": path,
            "deposit_cents": deposit,
            "minutes": minutes,
            "provider_type": provider,
            "reasons": reasons,
        }
        if found is None:
            varying["defaulted"] = True
        if tier.approvals:
            varying["approvals"], asked = self._approvals(tier, case)
            varying["reasons"] = reasons = reasons + asked
        if tier.healing and facts.done and (gap := healing_gap(tier, facts)):
            varying["earliest"] = midnight(gap.ends, facts.zone)
            varying["start_at"] = start_of_search(gap, facts, prepared.route.horizon_days)
            varying["reasons"] = (*reasons, _reason("earliest", gap.text, gap.rule.at))
        return prepared.route.model_copy(update=varying)

    def _kept(
        self, tier: Tier, value: str, key: str | int | Why, words: Callable[[], tuple[str, str | Place]]
    ) -> Reason:
        """The reason for a value; ``words`` gives its text and place and is called the first time only."""
        full = (tier.name, value, key)
        known = self._reasons.get(full)
        if known is None:
            text, at = words()
            known = _reason(value, text, tier.place(at) if isinstance(at, str) else at)
            if len(self._reasons) < _KEPT:
                self._reasons[full] = known
        return known

    def _tier_reason(self, tier: Tier, found: Alternative | None, case: Measured) -> Reason:
        if found is None:
            text = f"{tier.name}: no tier matches, this is the default"
            return self._kept(tier, "tier", -1, lambda: (text, self._rules.default_tier_at))
        condition = found.condition
        if condition.codes is None:
            return self._kept(tier, "tier", found.rank, lambda: (f"{tier.name}: {why(condition, case)}", condition.at))
        for row in case.facts.procedures:
            known = self._reasons.get((tier.name, "tier", (row.code, found.rank, 0)))
            if known is not None:
                return known
        code = next(row.code for row in case.facts.procedures if condition.codes.holds(row.code))
        at = condition.codes.place(code) or condition.at
        return self._kept(tier, "tier", (code, found.rank, 0), lambda: (f"{tier.name}: {code} is one of its codes", at))

    def _minutes(self, tier: Tier, case: Measured) -> tuple[int, Reason]:
        planned = -(-case.minutes // _CELL) * _CELL
        if not planned:
            minutes = max(tier.visit_when_unknown, tier.visit_at_least)
            text = f"{minutes} min: no procedure has a time pattern"
            return minutes, self._kept(tier, "minutes", 0, lambda: (text, "visit.when_unknown"))
        if planned < tier.visit_at_least:
            floor = tier.visit_at_least
            return floor, self._kept(
                tier,
                "minutes",
                planned,
                lambda: (f"{floor} min: {planned} planned, but at least that", "visit.at_least"),
            )
        return planned, self._kept(
            tier, "minutes", planned, lambda: (f"{planned} min from the procedures' time patterns", "visit")
        )

    def _path(self, tier: Tier, case: Measured, minutes: int) -> tuple[Path, Reason]:
        facts = case.facts
        patient = facts.patient
        if facts.unsure:
            return Path.CALLBACK, _reason("path", f"a person calls: {facts.unsure}", tier.place("path"))
        if tier.visit_at_most is not None and minutes > tier.visit_at_most:
            text = "a person calls: longer than one visit of this tier"
            return Path.CALLBACK, self._kept(tier, "path", "long", lambda: (text, "visit.at_most"))
        for condition in tier.call_when:
            if holds(condition, case):
                return Path.CALLBACK, _reason("path", "a person calls: this tier asks for it", condition.at)
        if patient.in_office:
            return tier.in_office, self._kept(
                tier, "path", "here", lambda: ("the patient is in the building", "path.in_office")
            )
        if not patient.textable:
            text = f"a person calls: {patient.why_not_textable or 'the patient cannot be texted'}"
            return Path.CALLBACK, _reason("path", text, tier.place("path"))
        if patient.language not in self._rules.languages:
            text = f"a person calls: no texts in the language {patient.language}"
            return Path.CALLBACK, _reason("path", text, self._rules.languages_at)
        return tier.otherwise, self._kept(tier, "path", "gone", lambda: ("the patient has left", "path.otherwise"))

    def _provider(self, tier: Tier, case: Measured) -> tuple[str, Reason]:
        if tier.provider != AS_PLANNED:
            kind = tier.provider
            return kind, self._kept(
                tier, "provider_type", "", lambda: (f"{kind}: this tier always asks for one", "provider")
            )
        planned = kind_of_provider(case.facts.procedures)
        if planned:
            return planned, self._kept(tier, "provider_type", planned, lambda: (f"{planned}, as planned", "provider"))
        kind = tier.provider_otherwise
        return kind, self._kept(
            tier, "provider_type", "", lambda: (f"{kind}: the plan names nobody", "provider_otherwise")
        )

    def _approvals(self, tier: Tier, case: Measured) -> tuple[tuple[Approval, ...], tuple[Reason, ...]]:
        asked = [rule for rule in tier.approvals if holds(rule.when, case)]
        if not asked:
            return (), ()
        reasons = tuple(_reason("approvals", f"{rule.approval.name} is asked first", rule.when.at) for rule in asked)
        return tuple(rule.approval for rule in asked), reasons
