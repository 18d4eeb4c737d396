"""``python -m tests.chaos.race``: fifty patients choose the same opening at once, twenty rounds, on both databases.

One of them is booked, nothing overlaps in the practice's own records, and every other one has an answer and fresh
openings in the same breath.
"""

import argparse
import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.case import CaseState
from domain.slots import Opening
from runtime.ending import end_process
from tests.databases import PostgresServer
from tests.stack import Stack, make_template, running
from tests.story import Story
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

DENTIST_KINDS = {
    "fillings": 7,
    "onlay": 3,
    "crown": 14,
    "two_crowns": 7,
    "root_canal_crown": 9,
    "bridge": 5,
    "partial_denture": 2,
    "bonding": 4,
}
"""Plans that the sandbox has waiting in its first office."""

_TRIED = 8


@dataclass
class Rounds:
    """``winners`` a round; ``hanging``: patients left without an answer or a next deadline; ``conflicts``: overlaps."""

    winners: list[int] = field(default_factory=list)
    hanging: list[str] = field(default_factory=list)
    conflicts: list[object] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.hanging and not self.conflicts and all(won == 1 for won in self.winners)


async def race(stack: Stack, patients: int, rounds: int) -> Rounds:
    found = Rounds()
    stories = await crowd(stack, patients)
    for number in range(rounds):
        waiting = [story for story in stories if story.row.ended_at is None]
        wanted = await asyncio.to_thread(_wanted_by_all, stack, waiting)
        outcomes = await asyncio.gather(*(_choose(story, wanted, number) for story in waiting))
        await stack.settle()
        found.winners.append(outcomes.count(wire.ChoiceKind.BOOKED))
        found.hanging += [s.case_id for s, o in zip(waiting, outcomes, strict=True) if not _served(s, o)]
    found.conflicts = await stack.practice.get("conflicts")
    return found


async def crowd(stack: Stack, count: int) -> list[Story]:
    """So many open cases of a dentist's visit, each of another patient, none of whom has to pay first."""
    plans = [stack.plan(kind, who=_anybody) for kind, most in DENTIST_KINDS.items() for _ in range(most)][:count]
    assert len(plans) == count, f"the practice has only {len(plans)} such plans"
    await stack.sign(*plans)
    await stack.step("detect")
    await stack.settle()
    stories = [stack.story(plan) for plan in plans]
    said = wire.WaiveDeposit(by="paula", reason="pays at the desk")
    await asyncio.gather(*(stack.gateway.waive_deposit(s.case_id, said, "waive") for s in stories))
    return stories


def _anybody(patient: dict[str, Any]) -> bool:
    return bool(patient["status"] == "Patient")


def _wanted_by_all(stack: Stack, waiting: list[Story]) -> Opening:
    """A time, chair and dentist that suits as many of them as possible; the others ask for it too, and lose."""
    search, rows = stack.parts.openings, [story.row for story in waiting]
    shortest = min(rows, key=lambda row: len(row.pattern))
    offered = search.all_for(shortest, stack.now)
    assert offered, "the schedule is full"

    def suited(opening: Opening) -> int:
        return sum(search.still_free(row, _for(row.pattern, opening), stack.now) for row in rows)

    return max(offered[:: max(1, len(offered) // _TRIED)], key=suited)


def _for(pattern: str, opening: Opening) -> Opening:
    return opening.model_copy(update={"pattern": pattern})


async def _choose(story: Story, wanted: Opening, number: int) -> wire.ChoiceKind | None:
    """None: no answer within a minute."""
    own = _for(story.row.pattern, wanted)
    choice = wire.ChooseOpening(opening=own, command_id=f"round-{number}", via="reply")
    try:
        outcome = await asyncio.wait_for(story.stack.gateway.choose(story.case_id, choice), 60)
    except (TimeoutError, CaseGone):
        return None
    return outcome.kind


def _served(story: Story, outcome: wire.ChoiceKind | None) -> bool:
    """Booked, or told that it is lost, with other times to choose from and a next deadline."""
    if outcome is wire.ChoiceKind.BOOKED:
        return story.state == CaseState.BOOKED
    fresh = bool(story.openings()) or bool(story.open_tasks())
    return outcome is wire.ChoiceKind.LOST and fresh and story.due > story.stack.now


async def main(patients: int, rounds: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = await make_template(Path(folder) / "template")
        postgres = PostgresServer(Path(folder) / "pg")
        urls = {"sqlite": "", "postgresql": postgres.fresh()}
        good = True
        for kind, url in urls.items():
            async with running(template, Path(folder) / kind, database_url=url) as stack:
                found = await race(stack, patients, rounds)
            print(f"{kind}: {'good' if found.good else 'BROKEN'} {found}")
            good = good and found.good
        postgres.stop()
    return 0 if good else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.race", description=__doc__)
    parser.add_argument("--patients", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    end_process(asyncio.run(main(given.patients, given.rounds)))
