"""The agreements of a plan, for staff: what was offered and what was signed, as they were."""

from fastapi import APIRouter, Depends, Response

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
