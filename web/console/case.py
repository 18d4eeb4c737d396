"""One case with everything a person needs to decide: facts, route, timeline, texts, times, money, tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from fastapi import APIRouter, Depends, Response

from domain.case import Outcome
from domain.deposit_decisions import visit_lies_ahead, visit_stands
from domain.people import Operatory, Provider
from domain.records import CaseRecord, TaskRecord
from domain.route import RefundPolicy
from domain.slots import Opening
from domain.treatment_plan import CELL_MINUTES
from web.booking.policy import words_of
from web.booking.words import LANGUAGES, Words
from web.console import explained, lists
from web.console.desk import Desk, desk, is_open
from web.console.money import cancelled_event, moneys
from web.site import PageRoute, Turned

routes = APIRouter(route_class=PageRoute)

_MOST_DAYS = 6

NEEDS_NOTE = frozenset({Outcome.DECLINED, Outcome.OTHER})


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the conversation. ``note``: why it was or was not sent, or what was made of an answer."""

    at: datetime
    ours: bool
    body: str
    about: str
    note: str
    other_case: str


@dataclass(frozen=True, slots=True)
class OpeningDay:
    day: date
    openings: Sequence[Opening]


@dataclass(frozen=True, slots=True)
class Names:
    """Chairs and providers as the office calls them."""

    providers: Mapping[str, Provider]
    chairs: Mapping[str, Operatory]

    def provider(self, provider_id: str) -> str:
        found = self.providers.get(provider_id)
        return found.name if found else f"provider {provider_id}" if provider_id else "nobody named"

    def chair(self, operatory_id: str) -> str:
        found = self.chairs.get(operatory_id)
        return found.name if found else f"chair {operatory_id}"


@routes.get("/console/cases/{case_id:path}")
def show(
    case_id: str,
    at: Desk = Depends(desk),
    day: str = "",
    time: str = "",
    chair: str = "",
    provider: str = "",
    office: str = "",
) -> Response:
    """The case; with ``day``, also why a time of that day is or is not offered."""
    case = found(at, case_id)
    asked = explained.Asked(day, time, chair, provider, office)
    return shown(at, case, done=at.done, why_not=explained.answer(at, case, asked) if day else None, asked=asked)


def found(at: Desk, case_id: str) -> CaseRecord:
    """The case of an address, which may leave out the leading ``case/``. Raises Turned with 404."""
    whole = case_id if case_id.startswith("case/") else f"case/{case_id}"
    case = at.deps.cases.find(whole)
    if case is None:
        text = f"There is no case {whole}. It may have been typed wrongly; the list shows every open case."
        raise Turned(at.message("No such case", text, 404))
    if at.location(case.location) is None:
        text = f"The location {case.location} of this case has no file any more; put its file back to work the case."
        raise Turned(at.message("This location is not set up", text, 409))
    return case


def shown(
    at: Desk,
    case: CaseRecord,
    *,
    done: str = "",
    wrong: str = "",
    sent: Mapping[str, str] | None = None,
    pay_url: str = "",
    why_not: explained.WhyNot | None = None,
    asked: explained.Asked = explained.Asked(),
) -> Response:
    """The page of a case; ``done`` and ``wrong`` say what became of the last command, ``sent`` is what it said."""
    place = at.deps.locations.get(case.location)
    tasks = at.deps.tasks.of_case(case.case_id)
    deposits = at.deps.deposits.of_case(case.case_id)
    offices = explained.offices(at, case)
    known = names(at, case.account)
    open_tasks = [task for task in tasks if task.done_at is None]
    return at.page(
        "case.html",
        status=400 if wrong else 200,
        here="cases",
        plan_card=at.deps.plan_card(at.request, case.case_id),
        case=case,
        visits=at.deps.cases.of_plan(case.account, case.plan_id, case.acceptance),
        place=place,
        tz=place.tz,
        visit_tz=at.zone(case.visit_office),
        office_names=[(each.key, each.name) for each in offices],
        names=known,
        chair_names=[(each.id, each.name) for each in known.chairs.values()],
        provider_names=[(each.id, each.name) for each in known.providers.values() if not each.hidden],
        minutes=CELL_MINUTES * len(case.pattern),
        clock=lists.first_offer(case, at.now),
        polled=lists.last_poll(at, place),
        suppressed=bool(case.phone) and at.deps.suppressions.is_suppressed(case.phone),
        events=list(reversed(at.deps.cases.events(case.case_id))),
        conversation=conversation(at, case),
        decisions=at.deps.outbox.decisions_of_case(case.case_id),
        offers=list(reversed(at.deps.offers.of_case(case.case_id))),
        hold=at.deps.holds.live_of_case(case.case_id),
        moneys=moneys(at, case, deposits),
        cancelled=None if visit_stands(case) else cancelled_event(at, case),
        may_change=visit_lies_ahead(case, at.now),
        due_cents=lists.deposit_due_cents(at, case),
        policy=policy_words(case),
        tasks=tasks,
        open_tasks=open_tasks,
        days=days(at, case) if is_open(case) else [],
        outcomes=outcomes(open_tasks),
        staff=place.staff,
        acting=lists.acting(at, place, open_tasks[0].owner if open_tasks else ""),
        done=done,
        wrong=wrong,
        sent=sent or {},
        pay_url=pay_url,
        why_not=why_not,
        asked=asked,
    )


def policy_words(case: CaseRecord) -> str:
    """What is read out about the deposit: the practice's words or ours, in the patient's language."""
    policy = case.route.refund_policy if case.route else RefundPolicy()
    return words_of(policy, Words(case.language if case.language in LANGUAGES else "en"))


def names(at: Desk, account: str) -> Names:
    """Of the account's office and its sister offices, where a visit may be too."""
    mirror = at.deps.mirror
    budget = next((each.budget for each in at.locations if each.account == account), account)
    accounts = [each.account for each in at.locations if each.budget == budget] or [account]
    return Names(
        {each.id: each for account in accounts for each in mirror.providers(account)},
        {each.id: each for account in accounts for each in mirror.operatories(account)},
    )


def outcomes(open_tasks: Sequence[TaskRecord]) -> Mapping[Outcome, str]:
    """What may be said of the case now: a call back needs a task that waits for it."""
    return {key: text for key, text in lists.OUTCOMES.items() if open_tasks or key is not Outcome.CALL_BACK}


def days(at: Desk, case: CaseRecord) -> list[OpeningDay]:
    """The next days with times that fit, every time of each."""
    openings = at.deps.search.all_for(case, at.now)
    grouped = groupby(openings, key=lambda each: each.start.astimezone(at.zone(case.office_of(each))).date())
    return [OpeningDay(day, list(each)) for day, each in grouped][:_MOST_DAYS]


def conversation(at: Desk, case: CaseRecord) -> list[Line]:
    """Every text to and from the phone in order; a family's other cases are part of it, each marked."""
    if not case.phone:
        return []
    ours = [
        Line(
            at=text.sent_at or text.created_at,
            ours=True,
            body=text.body,
            about=f"{text.template.replace('_', ' ')} · {text.state}"
            + (f" {text.error_code}" if text.error_code else ""),
            note=" · ".join(part for part in (text.rule, text.local_time) if part),
            other_case=text.case_id if text.case_id != case.case_id else "",
        )
        for text in at.deps.outbox.of_phone(case.phone)
    ]
    theirs = [
        Line(
            at=text.received_at,
            ours=False,
            body=text.body,
            about="urgent" if text.urgent else "",
            note=f"understood as {text.intent.replace('_', ' ')}" if text.intent else "not read yet",
            other_case=text.case_id if text.case_id not in ("", case.case_id) else "",
        )
        for text in at.deps.inbound.of_phone(case.phone)
    ]
    return sorted([*ours, *theirs], key=lambda line: line.at)
