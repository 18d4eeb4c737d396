"""From nodes to a rule set: reads the merged layers, collecting every mistake on the way.

What cannot be read keeps the language's default, so that one fault never hides the next; a rule set with mistakes is
never handed out (``rules.loading`` raises).
"""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from domain.route import Approval, OwnerStep, Path, RefundPolicy, Step
from rules import language
from rules.codes import CodeSet, code_set
from rules.contact_building import build_contact
from rules.errors import Place, Problems
from rules.model import (
    NOWHERE,
    ApprovalRule,
    Condition,
    DepositRule,
    HealingRule,
    RuleSet,
    Template,
    Templates,
    Tier,
    Waiver,
    Words,
)
from rules.nodes import Entries
from rules.shape import Fields, Said

_EMPTY: Fields = {}


def build(root: Entries, problems: Problems, *, version: str, location: str, on: date) -> RuleSet:
    """The rule set that the merged tree writes; mistakes go to ``problems``."""
    said = language.FILE.read(root, problems)
    top: Fields = said.value if said else _EMPTY
    languages = top.get("languages")
    default = top.get("default_tier")
    return RuleSet(
        version=version,
        location=location,
        on=on,
        tiers=tuple(tier for name, each in _map(top, "tiers").items() if (tier := _tier(name, each)) is not None),
        default_tier=default.value if default else "",
        default_tier_at=default.at if default else root.at,
        contact=build_contact(_map(top, "contact")),
        templates=_templates(top),
        policies={name: _policy(name, each.value) for name, each in _map(top, "policies").items()},
        languages=tuple(each.value for each in languages.value) if languages else ("en",),
        languages_at=languages.at if languages else NOWHERE,
        categories={code: group for group, codes in _map(top, "codes").items() for code in _words(codes)},
    )


def _map(fields: Fields, key: str) -> Mapping[Any, Said]:
    found = fields.get(key)
    return found.value if found else {}


def _value(fields: Fields, key: str, default: Any) -> Any:
    found = fields.get(key)
    return found.value if found else default


def _words(said: Said | None) -> tuple[str, ...]:
    return tuple(each.value for each in said.value) if said else ()


def _codes(fields: Fields, key: str) -> CodeSet | None:
    found = fields.get(key)
    return code_set([(each.value, each.at) for each in found.value]) if found else None


def condition(said: Said) -> Condition:
    """One ``match`` alternative, waiver or ``when``."""
    fields: Fields = said.value
    return Condition(
        at=said.at,
        codes=_codes(fields, "codes"),
        without_codes=_codes(fields, "without_codes"),
        categories=frozenset(word.lower() for word in _words(fields.get("categories"))),
        attributes=frozenset(_words(fields.get("attributes"))),
        provider=frozenset(_words(fields.get("provider"))),
        value=_value(fields, "value", None),
        chair_time=_value(fields, "chair_time", None),
        age=_value(fields, "age", None),
        language=frozenset(_words(fields.get("language"))),
        in_office=_value(fields, "in_office", None),
        insurance=frozenset(_words(fields.get("insurance"))),
    )


def _tier(name: str, said: Said) -> Tier | None:
    fields: Fields = said.value
    if _value(fields, "off", False):
        return None
    visit, path, escalate, openings = (_map(fields, key) for key in ("visit", "path", "escalate", "openings"))
    return Tier(
        name=name,
        places=_places(said, fields, visit, path, escalate, openings),
        item_places={
            "follow_up": tuple(each.at for each in _value(fields, "follow_up", ())),
            "owners": tuple(each.at for each in _value(escalate, "owners", ())),
            "other_locations": tuple(each.at for each in _value(openings, "other_locations", ())),
        },
        about=_value(fields, "about", ""),
        match=_conditions(fields, "match"),
        typical_value=_value(fields, "typical_value", None),
        visit_at_least=_value(visit, "at_least", 0),
        visit_at_most=_value(visit, "at_most", None),
        visit_when_unknown=_value(visit, "when_unknown", 30),
        provider=_value(fields, "provider", language.AS_PLANNED),
        provider_otherwise=_value(fields, "provider_otherwise", "dentist"),
        in_office=Path(_value(path, "in_office", Path.SAME_VISIT)),
        otherwise=Path(_value(path, "otherwise", Path.LINK)),
        fallback=Path(_value(path, "fallback", Path.CALLBACK)),
        call_when=_conditions(fields, "call_when"),
        deposit=_deposit(_map(fields, "deposit")),
        refund_policy=_value(fields, "refund_policy", "standard"),
        first_offer_minutes=_value(fields, "first_offer", 30),
        steps=tuple(_step(each.value) for each in _value(fields, "follow_up", ())),
        escalate_after_minutes=_value(escalate, "after", 72 * 60),
        owners=tuple(_owner(each.value) for each in _value(escalate, "owners", ())),
        approvals=tuple(_approval(each.value) for each in _value(fields, "approvals", ()) if "when" in each.value),
        ranking=_value(openings, "ranking", "spread"),
        lead_minutes=_value(openings, "lead_time", 120),
        look_ahead_minutes=_value(openings, "look_ahead", 30 * 1440),
        other_provider=_value(openings, "other_provider", True),
        other_locations=_words(openings.get("other_locations")),
        healing=tuple(_healing(each) for each in _value(openings, "healing", ())),
        priority=_value(fields, "priority", 3),
        payment_plan=_value(fields, "payment_plan", False),
    )


def _places(said: Said, fields: Fields, *groups: Fields) -> dict[str, Place]:
    """Where each value was written; a grouped one under its own key, e.g. ``visit.at_least`` as ``visit.at_least``."""
    places = {"tier": said.at} | {key: each.at for key, each in fields.items()}
    for name, group in zip(("visit", "path", "escalate", "openings"), groups, strict=True):
        places |= {f"{name}.{key}": each.at for key, each in group.items()}
    deposit = _map(fields, "deposit")
    return places | {f"deposit.{key}": each.at for key, each in deposit.items()}


def _conditions(fields: Fields, key: str) -> tuple[Condition, ...]:
    return tuple(condition(each) for each in _value(fields, key, ()))


def _deposit(fields: Fields) -> DepositRule:
    return DepositRule(
        fixed_cents=_value(fields, "fixed", None),
        percent=_value(fields, "percent", None),
        at_least_cents=_value(fields, "at_least", 0),
        at_most_cents=_value(fields, "at_most", None),
        round_to_cents=max(1, _value(fields, "round_to", 1)),
        waivers=tuple(_waiver(each) for each in _value(fields, "waived_when", ())),
    )


def _waiver(said: Said) -> Waiver:
    return Waiver(_value(said.value, "why", ""), condition(said))


def _step(fields: Fields) -> Step:
    return Step(
        name=_value(fields, "name", ""),
        after_minutes=_value(fields, "after", 0),
        channel=_value(fields, "by", "text"),
        template=_value(fields, "template", ""),
    )


def _healing(said: Said) -> HealingRule:
    fields: Fields = said.value
    return HealingRule(
        after=_codes(fields, "after") or CodeSet({}),
        wait_minutes=_value(fields, "wait", 0),
        at=said.at,
        before=_codes(fields, "before"),
    )


def _owner(fields: Fields) -> OwnerStep:
    owner = _value(fields, "owner", "")
    return OwnerStep(
        owner=owner,
        role=owner if owner in language.ROLES else "",
        after_open_minutes=_value(fields, "after", 0),
    )


def _approval(fields: Fields) -> ApprovalRule:
    approval = Approval(
        name=_value(fields, "name", ""),
        owner=_value(fields, "owner", ""),
        after_minutes=_value(fields, "within", 240),
        otherwise=_value(fields, "otherwise", "callback"),
    )
    return ApprovalRule(approval, condition(fields["when"]))


def _policy(name: str, fields: Fields) -> RefundPolicy:
    words = {code: each.value for code, each in _map(fields, "words").items()}
    minutes = _value(fields, "refundable_until", 24 * 60)
    content = repr((name, minutes, sorted(words.items())))
    return RefundPolicy(
        name=name,
        refundable_hours=minutes // 60,
        version=sha256(content.encode()).hexdigest()[:12],
        words=words,
    )


def _templates(top: Fields) -> Templates:
    by_key = {key: _template(key, each) for key, each in _map(top, "templates").items()}
    forbidden = {code: _words(each) for code, each in _map(top, "forbidden_words").items()}
    return Templates(by_key, forbidden)


def _template(key: str, said: Said) -> Template:
    fields: Fields = said.value
    return Template(
        key=key,
        texts=_texts(_map(fields, "text")),
        tiers={tier: _texts(each.value) for tier, each in _map(fields, "tiers").items()},
        first=_value(fields, "first", False),
        needs=_words(fields.get("needs")),
        at=said.at,
    )


def _texts(fields: Mapping[str, Said]) -> dict[str, Words]:
    return {code: Words(each.value, each.at) for code, each in fields.items()}
