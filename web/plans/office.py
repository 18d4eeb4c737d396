"""Staff pages of payment plans, all under ``/console/plans``: the list, the window, the reports."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Depends, Response

from domain.payment_plan.production import ProductionItem
from domain.plan_life import sign_problems, waits_for_signature
from domain.plan_money import balance_due, kept_cents, over_cents, payoff_cents, pays_whole
from domain.plan_records import PlanRecord, PlanState, PlanVersion
from web.console.forms import fields
from web.plans.desk import PlanDeskPage, desk
from web.plans.paper import SCRIPTS
from web.plans.papers import letters_to_lose
from web.plans.trouble import PlanRoute
from web.plans.window import (
    Draft,
    Worked,
    basis,
    fields_of,
    in_force,
    insurance_problems,
    overcharge_of,
    packed,
    proposal_of,
    read_draft,
    unpacked,
    worked,
)

routes = APIRouter(prefix="/console/plans", route_class=PlanRoute)


@routes.get("")
def plans(at: PlanDeskPage = Depends(desk), location: str = "", state: str = "", name: str = "") -> Response:
    """Payment plans, newest first."""
    wanted = PlanState(state) if state in set(PlanState) else None
    rows = at.deps.plans.of_location(location, wanted, name.strip())
    lines = [(row, _due(at, row)) for row in rows]
    return at.page(
        "plan_list.html",
        lines=lines,
        places=at.deps.locations.all(),
        states=list(PlanState),
        location=location,
        state=state,
        name=name,
    )


@routes.get("/overcharged")
def overcharged_plans(at: PlanDeskPage = Depends(desk), location: str = "") -> Response:
    """Plans that charged more than their work is worth now."""
    found = [
        (row, overcharge_of(row, at.today(place.key)))
        for place in at.deps.locations.all()
        if location in ("", place.key)
        for row in at.deps.plans.open_of_location(place.key)
    ]
    lines = [(row, cents) for row, cents in found if cents]
    return at.page("plan_overcharged.html", lines=lines, total=sum(cents for _, cents in lines))


@routes.get("/differences")
def differences(at: PlanDeskPage = Depends(desk), location: str = "") -> Response:
    """Where the PMS's terms, posted charges and payments are not ours, and why."""
    days = at.deps.days
    found = (days.differences(location), days.term_differences(location), days.money_differences(location))
    charges, terms, payments = (
        [(row, plan) for row in rows if (plan := at.deps.plans.readable(row.plan_id)) is not None] for rows in found
    )
    return at.page(
        "plan_differences.html",
        lines=charges,
        terms=terms,
        payments=payments,
    )


@routes.get("/{plan_id}")
def window(
    plan_id: str,
    at: PlanDeskPage = Depends(desk),
    grouped: str = "yes",
    past: str = "yes",
    more: str = "",
    done: str = "",
) -> Response:
    """The plan window; `more` reads the PMS for further procedures and adjustments."""
    record = at.plan(plan_id)
    extra = at.deps.desk.available(record.id) if more else ()
    wrong = "" if extra or not more else "The PMS has nothing else of this patient that could go on the plan."
    return shown_window(at, record, grouped=grouped != "no", past=past != "no", extra=extra, done=done, wrong=wrong)


@routes.post("/{plan_id}/preview")
async def preview(
    plan_id: str, at: PlanDeskPage = Depends(desk), form: dict[str, str] = Depends(fields), part: str = ""
) -> Response:
    """The schedule of the terms as typed: for the script its part of the page, else the whole window. Keeps nothing."""
    record = await asyncio.to_thread(at.plan, plan_id)
    extra = unpacked(at, record, form)
    draft = read_draft(record, form, extra)
    done, problem = await asyncio.to_thread(_try, at, record, draft)
    if part:
        return Response(
            at.fragment("plan_figures.html", record=record, worked=done, problem=problem), media_type="text/html"
        )
    return await asyncio.to_thread(
        lambda: shown_window(
            at, record, draft=draft, trial=done, extra=extra, wrong=problem, status=400 if problem else 200
        )
    )


def shown_window(
    at: PlanDeskPage,
    record: PlanRecord,
    *,
    draft: Draft | None = None,
    trial: Worked | None = None,
    grouped: bool = True,
    past: bool = True,
    extra: tuple[ProductionItem, ...] = (),
    done: str = "",
    wrong: str = "",
    typed_note: str = "",
    status: int = 200,
) -> Response:
    """The window; with `draft` the terms as typed, with `trial` what they come to, with `extra` more to choose from,
    with `typed_note` a note that was not saved."""
    place = at.place(record.location)
    start = proposal_of(record)
    extra = tuple(item for item in extra if item.id not in {each.id for each in start.production})
    offered_items = (*start.production, *extra)
    collections = at.deps.collections.of_plan(record.id)
    versions = at.deps.plans.versions(record.id)
    return at.page(
        "plan_window.html",
        status=status,
        record=record,
        place=place,
        tz=place.tz,
        settings=place.payment_plans,
        catalogue=at.deps.desk.catalogue(record.location),
        fields=draft.fields if draft else {**fields_of(start.terms), "basis": basis(record)},
        items=start.production,
        ticked=_ticked(start.production, offered_items, draft),
        overrides=_overrides(offered_items, draft),
        offered_items=offered_items,
        more_items=packed(at, record, extra) if extra else "",
        extra=extra,
        providers=_providers(at, record, offered_items),
        worked=trial or in_force(at, record, grouped=grouped, past=past),
        trying=trial is not None,
        locked=record.plan is not None and record.plan.terms.locked,
        editable=record.state not in (PlanState.CLOSED, PlanState.DELETED),
        grouped=grouped,
        past=past,
        collections=collections,
        versions=list(reversed(versions)),
        **_out(at, record, versions),
        events=list(reversed(at.deps.plans.events(record.id))),
        differences=_differences(at, record),
        overcharge=overcharge_of(record, at.today(record.location)),
        insurance=insurance_problems(record),
        lost=" ".join(letters_to_lose(record)),
        typed_note=typed_note,
        **_asked(at, record),
        script=SCRIPTS["terms"],
        problem="",
        done=done,
        wrong=wrong,
        acting=at.staff_name or place.default_owner,
    )


def plan_card(at: PlanDeskPage, case_id: str) -> str:
    """The card for a case's page: its plan, or the button that drafts one."""
    rows = [row for row in at.deps.plans.of_case(case_id) if row.state is not PlanState.DELETED]
    return at.fragment("plan_card.html", case_id=case_id, rows=[(row, _due(at, row)) for row in rows])


def _differences(at: PlanDeskPage, record: PlanRecord) -> list[object]:
    days, plan_id = at.deps.days, record.id
    found = (days.term_differences(plan_id=plan_id), days.differences(plan_id=plan_id))
    return [*found[0], *found[1], *days.money_differences(plan_id=plan_id)]


def _try(at: PlanDeskPage, record: PlanRecord, draft: Draft) -> tuple[Worked | None, str]:
    if draft.proposal is None:
        return None, draft.problem
    try:
        return worked(at, record, draft.proposal), ""
    except ValueError as refused:
        return None, str(refused)


def _ticked(on: Sequence[ProductionItem], offered: Sequence[ProductionItem], draft: Draft | None) -> set[str]:
    if draft is None:
        return {item.id for item in on}
    return {item.id for item in offered if draft.fields.get(f"item_{item.id}")}


def _overrides(items: Sequence[ProductionItem], draft: Draft | None) -> dict[str, str]:
    if draft is not None:
        return {item.id: draft.fields.get(f"override_{item.id}", "") for item in items}
    return {item.id: f"{item.override_cents / 100:.2f}" if item.override_cents else "" for item in items}


def _providers(at: PlanDeskPage, record: PlanRecord, items: Sequence[ProductionItem]) -> dict[str, str]:
    """Names of the items' providers, from the mirror; an unknown one is shown by number."""
    names = at.deps.providers(record.account)
    return {item.provider: names.get(item.provider, f"#{item.provider}") for item in items if item.provider}


def _asked(at: PlanDeskPage, record: PlanRecord) -> dict[str, int]:
    """What is due now, what would pay off all work done so far and whether that is the whole plan, and what is kept for
    coming charges."""
    today, plan = at.today(record.location), record.plan
    return {
        "due": _due(at, record),
        "payoff": payoff_cents(plan, today) if plan else 0,
        "payoff_whole": pays_whole(plan, today) if plan else False,
        "kept": kept_cents(plan) if plan else 0,
        "over": over_cents(plan) if plan else 0,
    }


def _due(at: PlanDeskPage, record: PlanRecord) -> int:
    return balance_due(record.plan, at.today(record.location)) if record.plan else 0


def _out(at: PlanDeskPage, record: PlanRecord, versions: Sequence[PlanVersion]) -> dict[str, object]:
    """`waiting`: an offer is out that nobody signed yet and that still says what is proposed. `stale`: why it can no
    longer be signed all the same: something was paid since, or it is too late."""
    out = [version for version in versions if waits_for_signature(record, version)]
    today = at.today(record.location)
    why = [each for version in out for each in sign_problems(record, version, version.agreement_sha256, today)]
    return {"waiting": bool(out), "stale": " ".join(why)}
