"""A command of a staff member: who gives it, that it acts once, and what is shown when it cannot be obeyed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import Response
from temporalio.service import RPCError

from domain.records import CaseRecord
from web.console import case as pages
from web.console import said
from web.console.desk import Desk, case_path
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

GONE = "The case has ended in the meantime, or does not answer; below is what is known of it now."
SILENT = (
    "Temporal, which runs the cases, does not answer, so it is not known whether this was done. Go back with your "
    "browser and send the same form again: it acts once."
)


class Refused(Exception):
    """The form cannot be obeyed; the message says how to mend it."""


async def carried_out(
    at: Desk, case_id: str, form: Mapping[str, str], act: Callable[[CaseRecord, str, str], Awaitable[str]]
) -> Response:
    """Check the form, act, and show the case with what was done."""
    case = await asyncio.to_thread(pages.found, at, case_id)
    command_id = at.command_id(case.case_id, form)
    try:
        by = who(at, case, form)
        done = await act(case, by, command_id)
    except Refused as refused:
        return await asyncio.to_thread(again, at, case, str(refused), form)
    except CaseGone:
        return await asyncio.to_thread(again, at, case, GONE)
    except RPCError:
        return at.message("The case did not answer", SILENT, 503, case_path(case.case_id))
    back = "/console/tasks" if form.get("then") == "tasks" else case_path(case.case_id)
    return at.remembering(at.to(back, done), by)


def who(at: Desk, case: CaseRecord, form: Mapping[str, str]) -> str:
    known = [person.key for person in at.deps.locations.get(case.location).staff]
    if form.get("by") not in known:
        raise Refused("Choose who you are, so that the case shows who did this.")
    return form["by"]


def again(at: Desk, case: CaseRecord, wrong: str, form: Mapping[str, str] | None = None) -> Response:
    """The case as it is now, with what went wrong and what was typed."""
    return pages.shown(at, at.deps.cases.find(case.case_id) or case, wrong=wrong, sent=form)


def answered(answer: wire.Answer) -> str:
    return f"Done. The case: {said.state(answer.state)}."
