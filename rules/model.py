"""A rule set as the product uses it: typed, frozen, each value with the place that said it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from domain.route import Approval, OwnerStep, Path, RefundPolicy, Step
from rules.codes import CodeSet
from rules.errors import Place
from rules.quantities import Bounds, Window

NOWHERE = Place("built in", 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """All of its parts must hold; a part that is None or empty says nothing. Compared by identity."""

    at: Place
    codes: CodeSet | None = None
    without_codes: CodeSet | None = None
    categories: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    provider: frozenset[str] = frozenset()
    value: Bounds | None = None
    chair_time: Bounds | None = None
    age: Bounds | None = None
    language: frozenset[str] = frozenset()
    in_office: bool | None = None
    insurance: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiver:
    why: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class DepositRule:
    """``fixed_cents`` or ``percent`` of the value between floor and ceiling; nothing when both are None."""

    fixed_cents: int | None = None
    percent: Decimal | None = None
    at_least_cents: int = 0
    at_most_cents: int | None = None
    round_to_cents: int = 1
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class HealingRule:
    """``wait_minutes`` (whole days) after a code of ``after``, for visits with a code of ``before`` (None: for all)."""

    after: CodeSet
    wait_minutes: int
    at: Place
    before: CodeSet | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    approval: Approval
    when: Condition


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to treat a case. ``places`` says where each value was written, ``item_places`` each item."""

    name: str
    places: Mapping[str, Place]
    item_places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    about: str = ""
    match: tuple[Condition, ...] = ()
    typical_value: Bounds | None = None
    visit_at_least: int = 0
    visit_at_most: int | None = None
    visit_when_unknown: int = 30
    provider: str = "as_planned"
    provider_otherwise: str = "dentist"
    in_office: Path = Path.SAME_VISIT
    otherwise: Path = Path.LINK
    fallback: Path = Path.CALLBACK
    call_when: tuple[Condition, ...] = ()
    deposit: DepositRule = DepositRule()
    refund_policy: str = "standard"
    first_offer_minutes: int = 30
    steps: tuple[Step, ...] = ()
    escalate_after_minutes: int = 72 * 60
    owners: tuple[OwnerStep, ...] = ()
    approvals: tuple[ApprovalRule, ...] = ()
    ranking: Literal["soonest", "spread"] = "spread"
    lead_minutes: int = 120
    look_ahead_minutes: int = 30 * 1440
    other_provider: bool = True
    other_locations: tuple[str, ...] = ()
    healing: tuple[HealingRule, ...] = ()
    priority: int = 3
    payment_plan: bool = False

    def place(self, key: str) -> Place:
        return self.places.get(key, NOWHERE)


Hours = tuple[Window | None, ...]
"""Seven windows, Monday first; None: no unasked text that day."""


@dataclass(frozen=True, slots=True)
class HoursRule:
    """Hours with the place of each day's line."""

    name: str
    days: Hours
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class CapsRule:
    name: str
    per_day: int | None
    per_week: int | None
    at: Place


@dataclass(frozen=True, slots=True)
class ContactRules:
    """When and how often a phone may be texted unasked (reference: 47 CFR 64.1200, state laws, the practice's own)."""

    default_hours: HoursRule
    caps: CapsRule
    state_hours: Mapping[str, HoursRule] = field(default_factory=dict)
    state_caps: Mapping[str, CapsRule] = field(default_factory=dict)
    holidays: frozenset[str] = frozenset()
    holidays_at: Place = NOWHERE
    unknown_consent: Literal["block", "allow"] = "block"
    consent_at: Place = NOWHERE
    zones_when_unknown: tuple[str, ...] = ()
    zones_at: Place = NOWHERE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One template text and where it stands."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Template:
    key: str
    texts: Mapping[str, Words]
    tiers: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    first: bool = False
    needs: tuple[str, ...] = ()
    at: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Templates:
    """The texts of a rule set, by key."""

    by_key: Mapping[str, Template]
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """What is in force for one location on one day. ``version`` is a hash of the files' content.

    Compared by identity, so that what is computed from it once can be kept.

    ``tiers`` stand in the order in which they are tried; ``categories`` maps a code to its fee-schedule category.
    """

    version: str
    location: str
    on: date
    tiers: tuple[Tier, ...]
    default_tier: str
    default_tier_at: Place
    contact: ContactRules
    templates: Templates
    policies: Mapping[str, RefundPolicy]
    languages: tuple[str, ...]
    languages_at: Place
    categories: Mapping[str, str]

    def tier(self, name: str) -> Tier:
        """The tier of that name; KeyError names the ones there are."""
        for tier in self.tiers:
            if tier.name == name:
                return tier
        raise KeyError(f"no tier {name!r}; known: {', '.join(tier.name for tier in self.tiers)}")
