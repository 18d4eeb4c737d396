"""The agreements of a plan, for staff: what was offered and what was signed, as they were."""

from collections.abc import Iterable

from fastapi import APIRouter, Depends, Response

from domain.plan_records import PlanRecord, PlanVersion
from runtime.letters import unprintable
from web.plans.desk import PlanDeskPage, desk
from web.plans.trouble import PlanRoute

routes = APIRouter(prefix="/console/plans", route_class=PlanRoute)


@routes.get("/{plan_id}/agreement/{number}.pdf")
def agreement(plan_id: str, number: int, at: PlanDeskPage = Depends(desk)) -> Response:
    """The signed paper, else the one on offer."""
    version = at.deps.plans.version(at.plan(plan_id).id, number)
    if version is None:
        return at.message("No such agreement", f"Plan {plan_id} has no version {number}.", 404)
    headers = {"Content-Disposition": f'inline; filename="{plan_id}-{number}.pdf"'}
    return Response(version.signed_agreement or version.agreement, media_type="application/pdf", headers=headers)


def lost_letters(version: PlanVersion) -> str:
    """Letters that the paper of this offer cannot print; a question mark stands in their place."""
    parties = version.parties
    names = (parties.patient, parties.guarantor, parties.practice, parties.address) if parties else ()
    return _lost(names, (name for name, _ in version.shown.production), (version.words, version.card_words))


def letters_to_lose(record: PlanRecord) -> str:
    """Letters of a plan that its paper could not print, known before anything is offered."""
    names = (record.first_name, record.last_name, record.guarantor_name)
    return _lost(names, (item.description for item in record.newest_production))


def _lost(*texts: Iterable[str]) -> str:
    return unprintable(*(text for some in texts for text in some))
