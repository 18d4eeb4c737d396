"""What a patient said about the lender's answer, recorded by staff who heard it."""

import asyncio

from fastapi import APIRouter, Depends, Response

from domain.records import CaseRecord
from web.console.command import Refused, answered, carried_out
from web.console.desk import Desk, desk
from web.console.forms import fields
from web.site import PageRoute
from workflows.contracts import case as wire

routes = APIRouter(route_class=PageRoute)


@routes.post("/console/cases/{case_id:path}/financing")
async def financing(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Approved: the patient gets open times by text at once. Not approved: a task to find another way."""

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        if form.get("approved") not in ("yes", "no"):
            raise Refused("Choose what the lender said.")
        said = "financing_approved" if form["approved"] == "yes" else "financing_refused"
        settled = wire.CostSettled.model_validate({"result": said, "by": by})
        answer = await at.deps.gateway.respond(case.case_id, wire.Response(command=settled), command_id)
        await asyncio.to_thread(at.deps.cases.note, case.case_id, "cost", said.replace("_", " "), at.now, by)
        return answered(answer)

    return await carried_out(at, case_id, form, act)
