"""Classify a case: exactly one tier, every value of its route, and the reason and place for each.

Pure and total: whatever the facts, there is one answer.
"""

from functools import lru_cache
from typing import Any

from domain.route import Approval, CaseFacts, Path, Reason, RefundPolicy, Route
from rules.deposit import deposit_cents
from rules.errors import Place
from rules.language import AS_PLANNED
from rules.matching import Alternative, Index, Measured, holds, kind_of_provider, measure, why
from rules.model import NOWHERE, RuleSet, Tier

_STEP_MINUTES = 5
"""Visits last whole 5-minute cells."""


def classify(rule_set: RuleSet, facts: CaseFacts) -> Route:
    """How this case is to be handled. Never raises on facts; the default tier takes what no rule matches."""
    return _router(rule_set).route(facts)


@lru_cache(maxsize=128)
def _router(rule_set: RuleSet) -> "_Router":
    return _Router(rule_set)


def _reason(value: str, text: str, at: Place) -> Reason:
    return Reason.model_construct(value=value, text=text, file=at.file, line=at.line)


class _Prepared:
    """What a tier says regardless of the case, made once."""

    def __init__(self, tier: Tier, rule_set: RuleSet) -> None:
        self.tier = tier
        self.values: dict[str, Any] = {
            "tier": tier.name,
            "fallback_path": tier.fallback,
            "refund_policy": rule_set.policies.get(tier.refund_policy, RefundPolicy(name=tier.refund_policy)),
            "first_offer_minutes": tier.first_offer_minutes,
            "steps": tier.steps,
            "escalate_after_hours": -(-tier.escalate_after_minutes // 60),
            "owners": tier.owners,
            "ranking": tier.ranking,
            "lead_minutes": tier.lead_minutes,
            "horizon_days": max(1, tier.look_ahead_minutes // 1440),
            "priority": tier.priority,
            "payment_plan": tier.payment_plan,
            "rule_version": rule_set.version,
        }
        deadline = f"first offer within {tier.first_offer_minutes} min"
        self.reasons = (
            _reason("first_offer_minutes", deadline, tier.place("first_offer")),
            _reason("steps", f"{len(tier.steps)} follow-up steps", tier.place("follow_up")),
            _reason(
                "escalate_after_hours",
                f"without a booking a person takes over after {self.values['escalate_after_hours']} h",
                tier.place("escalate.after"),
            ),
            _reason("owners", " then ".join(step.owner for step in tier.owners), tier.place("escalate.owners")),
            _reason("refund_policy", f"policy {tier.refund_policy}", tier.place("refund_policy")),
        )


class _Router:
    def __init__(self, rule_set: RuleSet) -> None:
        self._rules = rule_set
        self._index = Index(rule_set.tiers)
        self._prepared = {tier.name: _Prepared(tier, rule_set) for tier in rule_set.tiers}
        self._kept: dict[tuple[object, ...], Reason] = {}

    def route(self, facts: CaseFacts) -> Route:
        case = measure(facts, self._rules.categories)
        found = self._index.first(case)
        prepared = self._prepared[found.tier.name if found else self._rules.default_tier]
        tier = prepared.tier
        minutes, minutes_reason = self._minutes(tier, case)
        path, path_reason = self._path(tier, case, minutes)
        deposit, deposit_why = deposit_cents(tier.deposit, case)
        provider, provider_reason = self._provider(tier, case)
        approvals, approval_reasons = self._approvals(tier, case)
        reasons = (
            self._tier_reason(found, case),
            path_reason,
            self._keep("deposit_cents", deposit_why, tier.place("deposit")),
            minutes_reason,
            provider_reason,
            *prepared.reasons,
            *approval_reasons,
        )
        return Route.model_construct(
            None,
            **prepared.values,
            path=path,
            deposit_cents=deposit,
            minutes=minutes,
            provider_type=provider,
            approvals=approvals,
            defaulted=found is None,
            reasons=reasons,
        )

    def _keep(self, value: str, text: str, at: Place) -> Reason:
        """Reasons repeat from case to case; each is made once."""
        key = (value, text, at)
        known = self._kept.get(key)
        if known is None:
            known = _reason(value, text, at)
            if len(self._kept) < 10_000:
                self._kept[key] = known
        return known

    def _tier_reason(self, found: Alternative | None, case: Measured) -> Reason:
        if found is None:
            name = self._rules.default_tier
            return self._keep("tier", f"{name}: no tier matches, this is the default", self._rules.default_tier_at)
        condition = found.condition
        at = condition.at
        if condition.codes is not None:
            places = (condition.codes.place(row.code) for row in case.facts.procedures)
            at = next((place for place in places if place), at)
        return self._keep("tier", f"{found.tier.name}: {why(condition, case)}", at)

    def _minutes(self, tier: Tier, case: Measured) -> tuple[int, Reason]:
        planned = -(-case.minutes // _STEP_MINUTES) * _STEP_MINUTES
        if not planned:
            minutes = max(tier.visit_when_unknown, tier.visit_at_least)
            text = f"{minutes} min: no procedure has a time pattern"
            return minutes, self._keep("minutes", text, tier.place("visit.when_unknown"))
        if planned < tier.visit_at_least:
            text = f"{tier.visit_at_least} min: {planned} planned, but at least that"
            return tier.visit_at_least, self._keep("minutes", text, tier.place("visit.at_least"))
        return planned, self._keep("minutes", f"{planned} min from the procedures' time patterns", tier.place("visit"))

    def _path(self, tier: Tier, case: Measured, minutes: int) -> tuple[Path, Reason]:
        patient = case.facts.patient
        if case.facts.unsure:
            return Path.CALLBACK, _reason("path", f"a person calls: {case.facts.unsure}", NOWHERE)
        if tier.visit_at_most is not None and minutes > tier.visit_at_most:
            text = f"a person calls: {minutes} min is longer than one visit of this tier"
            return Path.CALLBACK, self._keep("path", text, tier.place("visit.at_most"))
        for condition in tier.call_when:
            if holds(condition, case):
                return Path.CALLBACK, self._keep("path", "a person calls: this tier asks for it", condition.at)
        if patient.in_office:
            return tier.in_office, self._keep("path", "the patient is in the building", tier.place("path.in_office"))
        if not patient.textable:
            text = f"a person calls: {patient.why_not_textable or 'the patient cannot be texted'}"
            return Path.CALLBACK, self._keep("path", text, NOWHERE)
        if patient.language not in self._rules.languages:
            text = f"a person calls: no texts in the language {patient.language}"
            return Path.CALLBACK, self._keep("path", text, self._rules.languages_at)
        return tier.otherwise, self._keep("path", "the patient has left", tier.place("path.otherwise"))

    def _provider(self, tier: Tier, case: Measured) -> tuple[str, Reason]:
        if tier.provider != AS_PLANNED:
            text = f"{tier.provider}: this tier always asks for one"
            return tier.provider, self._keep("provider_type", text, tier.place("provider"))
        planned = kind_of_provider(case.facts.procedures)
        if planned:
            return planned, self._keep("provider_type", f"{planned}, as planned", tier.place("provider"))
        text = f"{tier.provider_otherwise}: the plan names nobody"
        return tier.provider_otherwise, self._keep("provider_type", text, tier.place("provider_otherwise"))

    def _approvals(self, tier: Tier, case: Measured) -> tuple[tuple[Approval, ...], tuple[Reason, ...]]:
        if not tier.approvals:
            return (), ()
        asked = [rule for rule in tier.approvals if holds(rule.when, case)]
        reasons = tuple(self._keep("approvals", f"{rule.approval.name} is asked first", rule.when.at) for rule in asked)
        return tuple(rule.approval for rule in asked), reasons
