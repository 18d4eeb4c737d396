"""``python -m tests.replay.record_visits``: plays what becomes of booked visits and keeps the histories."""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from domain.deposit_decisions import DecisionKind
from runtime.ending import end_process
from tests.replay.record import keep
from tests.stack import Stack, make_template, running
from tests.story import Story
from tests.workflows.test_after_booking import booked_with_deposit
from tests.workflows.test_deposit import told
from tests.workflows.test_deposit_decision import decide, late_cancelled

Ids = Sequence[tuple[str, str]]
"""Names of workflows, and their ids."""


async def moved(stack: Stack) -> Ids:
    story = await booked_with_deposit(stack)
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != story.row.booked_start)
    await stack.gateway.reschedule(story.case_id, other, "move")
    return [("change", _change(story, "move"))]


async def cancelled(stack: Stack) -> Ids:
    story = await booked_with_deposit(stack)
    await stack.gateway.cancel_booking(story.case_id, "patient", "cancel")
    return [("change", _change(story, "cancel"))]


async def cancelled_late_and_given_back(stack: Stack) -> Ids:
    story = await late_cancelled(stack)
    await decide(story, DecisionKind.REFUND)
    await stack.until(lambda: told(story))
    [deposit] = story.deposits()
    change = _change(story, "page-cancel-0001")
    return [("change", change), ("deposit", f"deposit/{deposit.id}"), ("refund", f"refund/{deposit.id}/form-1")]


STORIES: list[Callable[[Stack], Awaitable[Ids]]] = [moved, cancelled, cancelled_late_and_given_back]


def _change(story: Story, command_id: str) -> str:
    return f"change/{story.case_id.removeprefix('case/')}/{command_id}"


async def record(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = await make_template(Path(folder) / "template")
        for number, play in enumerate(STORIES):
            async with running(template, Path(folder) / str(number), encrypted=False) as stack:
                for kind, workflow_id in await play(stack):
                    await stack.client.get_workflow_handle(workflow_id).result()
                    await keep(stack, workflow_id, f"visit_{kind}.{version}.{play.__name__}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.replay.record_visits", description=__doc__)
    parser.add_argument("--version", default="v1", help="the part of the file names that tells histories apart")
    asyncio.run(record(parser.parse_args().version))
    end_process(0)
