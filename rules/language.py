"""The rule language: every key, the shape of its value and what it means.

``docs/rules.md`` explains it with examples; ``rules schema`` prints it for editors.
"""

from datetime import date
from typing import Any

from domain.people import ProviderKind
from domain.route import Path
from rules import quantities as q
from rules.shape import Choice, Field, Flag, ListOf, MapOf, Quantity, Record, Shape, Words

PROVIDERS = tuple(kind.value for kind in ProviderKind)
PATHS = tuple(path.value for path in Path)
LANGUAGES = ("en", "es")
INSURANCE = ("none", "estimated", "unverified", "preauth_needed", "preauth_approved", "medicaid")
ROLES = ("coordinator", "manager", "dentist", "front_desk", "on_call")
AS_PLANNED = "as_planned"

CODE = r"[A-Z0-9][A-Za-z0-9_.]*(-[A-Za-z0-9_.]+)*"
_NAME = Words("standard", r"[a-z][a-z0-9_-]*", "is not a name: lower-case letters, digits, - and _")
_CODES = ListOf(Words("D6010, or D6010-D6055", CODE, "is not a procedure code or a range of codes"))
_WORD = Words("implants")
_MINUTES = Quantity(q.minutes, "30 min")
_OPEN = Quantity(q.open_minutes, "4 open hours")
_MONEY = Quantity(q.cents, "$500")
_COUNT = Quantity(q.count, "3")
_DAYS = Quantity(q.days, "84 days")
_LOCATION = Words("boise", r"[a-z0-9][a-z0-9-]{0,39}", "is not a location's key: lower-case letters, digits and -")


def _range_of(unit: Any, example: str) -> Quantity:
    return Quantity(lambda text: q.bounds(text, unit), example)


_CONDITION_FIELDS: dict[str, Field] = {
    "codes": Field(_CODES, "any procedure of the visit has one of these codes (codes and ranges)"),
    "without_codes": Field(_CODES, "no procedure of the visit has one of these codes"),
    "categories": Field(ListOf(_WORD), "any procedure is of one of these categories of the fee schedule"),
    "attributes": Field(ListOf(_WORD), "any procedure carries one of these attributes"),
    "provider": Field(ListOf(Choice(PROVIDERS)), "any procedure is planned with one of these kinds of provider"),
    "value": Field(_range_of(q.cents, "at least $5,000"), "what the visit's procedures cost together"),
    "chair_time": Field(_range_of(q.minutes, "at least 90 min"), "the visit before any floor; unknown matches nothing"),
    "age": Field(_range_of(q.count, "under 18"), "the patient's age in years; an unknown age matches nothing"),
    "language": Field(ListOf(Words("es", r"[a-z]{2}", "is not a two-letter language")), "the patient's language"),
    "in_office": Field(Flag(), "the patient is in the building now"),
    "insurance": Field(ListOf(Choice(INSURANCE)), "the state of the patient's insurance"),
}
CONDITION = Record("a condition", _CONDITION_FIELDS, whole=True)
_WAIVER = Record("a waiver", {"why": Field(Words("small case"), "shown to staff", required=True), **_CONDITION_FIELDS})

_STEP = Record(
    "a follow-up step",
    {
        "name": Field(_NAME, "its name in the case's timeline", required=True),
        "after": Field(_MINUTES, "time since the plan was accepted", required=True),
        "by": Field(Choice(("text", "call")), "text, or call: a task for the owner to phone", required=True),
        "template": Field(_NAME, "the text to send; not for a call"),
    },
)
_OWNER = Record(
    "an owner",
    {
        "owner": Field(_NAME, f"a person's key, or a role: {', '.join(ROLES)}", required=True),
        "after": Field(_OPEN, "untouched for so long, it climbs to this owner", required=True),
    },
)
_APPROVAL = Record(
    "an approval",
    {
        "name": Field(Words("senior dentist"), "what is asked for", required=True),
        "when": Field(CONDITION, "which cases need it", required=True),
        "owner": Field(_NAME, "who answers: a role or a person's key", required=True),
        "within": Field(_MINUTES, "how long the answer may take", required=True),
        "otherwise": Field(Choice(("callback", "proceed")), "what happens when nobody answers", required=True),
    },
)
_DEPOSIT = Record(
    "a deposit",
    {
        "fixed": Field(_MONEY, "the amount; instead of percent"),
        "percent": Field(Quantity(q.percent, "10%"), "share of the visit's value; instead of fixed"),
        "at_least": Field(_MONEY, "floor of a percent deposit"),
        "at_most": Field(_MONEY, "ceiling of a percent deposit"),
        "round_to": Field(_MONEY, "rounded down to a multiple of this"),
        "waived_when": Field(ListOf(_WAIVER), "no deposit when any of these holds"),
    },
)
_HEALING = Record(
    "a healing gap",
    {
        "after": Field(_CODES, "counted from the day on which one of these was completed", required=True),
        "before": Field(_CODES, "only for visits with one of these; left out: every visit of the tier"),
        "wait": Field(_DAYS, "how long it has to heal", required=True),
    },
    whole=True,
)
TIER = Record(
    "a tier",
    {
        "about": Field(Words("Implants and surgery"), "one line for people"),
        "off": Field(Flag(), "yes: a lower layer's tier is not used here"),
        "typical_value": Field(_range_of(q.cents, "$1,000 to $4,000"), "what such cases cost; for rules check"),
        "match": Field(ListOf(CONDITION), "a case belongs here when any of these holds"),
        "visit": Field(
            Record(
                "a visit",
                {
                    "at_least": Field(_MINUTES, "shortest chair time"),
                    "at_most": Field(_MINUTES, "longer ones go to a person"),
                    "when_unknown": Field(_MINUTES, "chair time when no procedure has a time pattern"),
                },
            ),
            "chair time from the procedures' time patterns, with a floor",
        ),
        "provider": Field(Choice((AS_PLANNED, *PROVIDERS)), "who treats: as the plan says, or always this kind"),
        "provider_otherwise": Field(Choice(PROVIDERS), "the kind when the plan names none"),
        "path": Field(
            Record(
                "a path",
                {
                    "in_office": Field(Choice(PATHS), "while the patient is in the building"),
                    "otherwise": Field(Choice(PATHS), "once the patient has left"),
                    "fallback": Field(Choice(PATHS), "when that path fails"),
                },
            ),
            "how the openings reach the patient",
        ),
        "call_when": Field(ListOf(CONDITION), "a person calls instead of a text when any of these holds"),
        "deposit": Field(_DEPOSIT, "what holds the chosen time; left out: nothing"),
        "refund_policy": Field(_NAME, "one of the policies"),
        "first_offer": Field(_MINUTES, "deadline of the first offer, counted in permitted time"),
        "follow_up": Field(ListOf(_STEP), "what follows an unanswered offer"),
        "escalate": Field(
            Record(
                "an escalation",
                {
                    "after": Field(_MINUTES, "time since the acceptance without a booking"),
                    "owners": Field(ListOf(_OWNER), "who gets the task, and who next when it stays untouched"),
                },
            ),
            "when nothing books",
        ),
        "approvals": Field(ListOf(_APPROVAL), "checkpoints before the first offer"),
        "openings": Field(
            Record(
                "openings",
                {
                    "ranking": Field(Choice(("soonest", "spread")), "soonest first, or spread over days and hours"),
                    "lead_time": Field(_MINUTES, "nothing sooner than this from now"),
                    "look_ahead": Field(_MINUTES, "nothing later than this from now, or from the end of healing"),
                    "other_provider": Field(Flag(), "no: only with the provider the plan names"),
                    "other_locations": Field(ListOf(_LOCATION), "tried in this order when the own office has nothing"),
                    "healing": Field(ListOf(_HEALING), "no visit before what was done has healed"),
                },
            ),
            "which openings are offered",
        ),
        "priority": Field(_COUNT, "1 (first) to 5: who is served first when all come at once"),
        "payment_plan": Field(Flag(), "yes: a payment plan may be offered"),
    },
)

_HOURS = MapOf(Quantity(q.weekdays, "mon-sat"), Quantity(q.window, "09:00-20:00"))
_STATE = Words("FL", r"[A-Z]{2}", "is not a two-letter state")
_CAPS = Record(
    "caps",
    {
        "per_day": Field(_COUNT, "unasked texts to one phone in any 24 hours"),
        "per_week": Field(_COUNT, "unasked texts to one phone in any 7 days"),
    },
)
CONTACT = Record(
    "contact rules",
    {
        "default_hours": Field(_HOURS, "local hours for unasked texts, everywhere"),
        "state_hours": Field(MapOf(_STATE, _HOURS), "a state's own hours; texts must satisfy both"),
        "caps": Field(_CAPS, "how often, everywhere"),
        "state_caps": Field(MapOf(_STATE, _CAPS), "a state's own caps; texts must satisfy both"),
        "holidays": Field(ListOf(Words("Christmas Day")), "no unasked text on these days"),
        "unknown_consent": Field(Choice(("block", "allow")), "what to do when consent is not recorded"),
        "zones_when_unknown": Field(ListOf(Words("America/New_York")), "must all permit when no zone is known"),
        "note": Field(Words("counsel agreed on 2026-11-02"), "why hours or caps are wider than the layer below"),
    },
)
_LANGUAGE_TEXTS = MapOf(Choice(LANGUAGES), Words("Hi {first_name}, …"))
TEMPLATE = Record(
    "a template",
    {
        "about": Field(Words("the first offer"), "when it is sent"),
        "first": Field(Flag(), "yes: may be a conversation's first text, so it must say how to opt out"),
        "needs": Field(ListOf(Words("link")), "fields that the text must carry"),
        "text": Field(_LANGUAGE_TEXTS, "the words, by language", required=True),
        "tiers": Field(MapOf(_NAME, _LANGUAGE_TEXTS), "other words for a tier"),
    },
)
_POLICY = Record(
    "a policy",
    {
        "refundable_until": Field(_MINUTES, "refunded by itself until so long before the visit", required=True),
        "words": Field(_LANGUAGE_TEXTS, "what the patient reads and accepts", required=True),
    },
)
_EXPECT = Record(
    "an expectation",
    {
        "tier": Field(_NAME, "the tier"),
        "path": Field(Choice(PATHS), "the path"),
        "deposit": Field(_MONEY, "the deposit"),
        "minutes": Field(_MINUTES, "the visit's length"),
        "provider": Field(Choice(PROVIDERS), "who treats"),
        "first_offer": Field(_MINUTES, "the deadline of the first offer"),
        "escalate_after": Field(_MINUTES, "when it goes to a person"),
        "approvals": Field(ListOf(Words("senior dentist")), "names of the checkpoints"),
    },
)
_CASE = Record(
    "a case",
    {
        "procedures": Field(
            ListOf(
                Record(
                    "a procedure",
                    {
                        "code": Field(Words("D6010", CODE, "is not a procedure code"), "its code", required=True),
                        "fee": Field(_MONEY, "what it costs"),
                        "chair_time": Field(_MINUTES, "its time pattern"),
                        "provider": Field(Choice(PROVIDERS), "who is planned"),
                        "category": Field(_WORD, "its category"),
                        "attributes": Field(ListOf(_WORD), "its attributes"),
                    },
                )
            ),
            "what is to be done",
            required=True,
        ),
        "patient_portion": Field(_MONEY, "what the patient is expected to pay"),
        "in_office": Field(Flag(), "in the building now"),
        "age": Field(_COUNT, "years"),
        "language": Field(Words("en"), "two letters"),
        "textable": Field(Flag(), "can be texted"),
        "insurance": Field(Choice(INSURANCE), "state of the insurance"),
    },
)
EXAMPLE = Record(
    "an example",
    {
        "name": Field(Words("single implant"), "what it shows", required=True),
        "case": Field(_CASE, "the case", required=True),
        "expect": Field(_EXPECT, "what must come out", required=True),
    },
)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("write a date like 2026-11-21") from None


DATE = Quantity(_day, "2026-11-21")

FILE = Record(
    "a rule file",
    {
        "effective_from": Field(DATE, "the file counts from this day on"),
        "effective_until": Field(DATE, "the last day on which the file counts"),
        "default_tier": Field(_NAME, "the tier of a case that matches none"),
        "languages": Field(ListOf(Choice(LANGUAGES)), "languages that texts are written in"),
        "tiers": Field(MapOf(_NAME, TIER), "tried from top to bottom; the first that matches has the case"),
        "policies": Field(MapOf(_NAME, _POLICY), "refund policies"),
        "contact": Field(CONTACT, "when and how often a patient may be texted unasked"),
        "templates": Field(MapOf(_NAME, TEMPLATE), "the texts"),
        "forbidden_words": Field(MapOf(Choice(LANGUAGES), ListOf(_WORD)), "words no text may contain"),
        "codes": Field(MapOf(Words("implants"), _CODES), "the fee schedule's codes, by category"),
        "examples": Field(ListOf(EXAMPLE), "cases and what must come out; rules check runs them"),
    },
)


def shape_of(key: str) -> Shape:
    """The shape of one top-level key."""
    return FILE.fields[key].shape
