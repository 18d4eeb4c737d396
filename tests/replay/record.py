"""``python -m tests.replay.record``: plays the stories below on a practice in a box and keeps their histories.

A history that is kept must replay for as long as cases of that time may be open. To keep new ones beside the old:
``python -m tests.replay.record --version v2``. The people in them are invented by the sandbox.
"""

import argparse
import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from domain.case import Outcome
from runtime.ending import end_process
from tests.stack import Stack, make_template, running
from tests.story import Story
from workflows.contracts import case as wire

HISTORIES = Path(__file__).parent / "histories"


async def booked_with_a_deposit(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("implant"))
    await story.choose()
    await story.pay()
    await stack.deliver()
    return story


async def booked_by_reply(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("2")
    return story


async def nudged_and_handed_over(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("implant"))
    await stack.advance(hours=80)
    await story.resolve(Outcome.NOT_REACHED)
    return story


async def unpaid_then_declined(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("implant"))
    await story.choose()
    await stack.advance(minutes=40)
    await story.respond(wire.Declined(reason="too much"), "declined")
    return story


async def not_now_and_back(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("fillings"))
    await story.respond(wire.NotNow(until=stack.now + timedelta(days=14)), "not-now")
    await stack.advance(days=14, minutes=5)
    await story.choose(key="later")
    return story


async def asked_resumed_stopped(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("is it covered?")
    await story.resolve(Outcome.RESUME_TEXTS)
    await story.reply("STOP")
    await story.resolve(Outcome.OTHER)
    return story


async def booked_by_phone(stack: Stack) -> Story:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.advance(minutes=3)
    await stack.practice.post("book_by_phone", treat_plan_num=plan)
    await stack.advance(minutes=1)
    return story


async def another_appointment(stack: Stack) -> Story:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.advance(minutes=5)
    await stack.practice.post("book_by_phone", pat_num=stack.patient_of(plan)["PatNum"], minutes=30)
    await stack.advance(minutes=1)
    await story.resolve(Outcome.RESUME_TEXTS)
    await stack.advance(hours=27)
    await story.choose(key="after")
    return story


async def withdrawn(stack: Stack) -> Story:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.practice.post("patient", pat_num=stack.patient_of(plan)["PatNum"], fields={"PatStatus": "Deceased"})
    await stack.advance(minutes=1)
    return story


STORIES: list[Callable[[Stack], Awaitable[Story]]] = [
    booked_with_a_deposit,
    booked_by_reply,
    nudged_and_handed_over,
    unpaid_then_declined,
    not_now_and_back,
    asked_resumed_stopped,
    booked_by_phone,
    another_appointment,
    withdrawn,
]


async def record(version: str) -> None:
    HISTORIES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        template = await make_template(Path(folder) / "template")
        for number, play in enumerate(STORIES):
            async with running(template, Path(folder) / str(number), encrypted=False) as stack:
                story = await play(stack)
                await story.end()
                await keep(stack, story.case_id, f"case.{version}.{play.__name__}")


async def keep(stack: Stack, workflow_id: str, name: str) -> None:
    """The history of one workflow so far, as a file of that name."""
    history = await stack.client.get_workflow_handle(workflow_id).fetch_history()
    path = HISTORIES / f"{name}.json"
    path.write_text(_without_machine(history.to_json()) + "\n", "utf-8")
    print(f"{path.name}: {len(history.events)} events")


def _without_machine(history: str) -> str:
    """Process and host names say nothing about a case."""
    return re.sub(r'"\d+@[^"]*"', '"worker"', history)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.replay.record", description=__doc__)
    parser.add_argument("--version", default="v1", help="the part of the file names that tells histories apart")
    asyncio.run(record(parser.parse_args().version))
    end_process(0)
