"""``python -m tests.chaos.race``: fifty patients choose the same opening at once, twenty rounds, on both databases.

Most choose on their page, some by reply. One of them is booked, nothing overlaps in the practice's own records, and
every other one has an answer with fresh times in the same breath.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from commands.demo.pages import Browser, Form
from domain.case import CaseState
from domain.records import CaseRecord
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


@dataclass
class Rounds:
    """``winners`` a round; ``hanging``: patients left without an answer, fresh times or a next deadline; ``conflicts``:
    overlaps; ``seconds`` a round: how long the last one waited for the answer; ``on_pages``: choices on the page."""

    winners: list[int] = field(default_factory=list)
    hanging: list[str] = field(default_factory=list)
    conflicts: list[object] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    on_pages: int = 0

    @property
    def good(self) -> bool:
        return not self.hanging and not self.conflicts and all(won == 1 for won in self.winners)


@dataclass(frozen=True)
class Served:
    """What a patient got for a choice; ``fresh``: how many other times stand in that very answer; ``full``: it offers
    a call instead, and the practice has indeed no time left for this visit that may be offered once more."""

    outcome: wire.ChoiceKind | None
    fresh: int = 0
    by_text: bool = False
    full: bool = False


async def race(stack: Stack, patients: int, rounds: int) -> Rounds:
    found = Rounds()
    stories = await crowd(stack, patients)
    for number in range(rounds):
        await _round(stack, [story for story in stories if story.row.ended_at is None], number, found)
    found.conflicts = await stack.practice.get("conflicts")
    return found


async def _round(stack: Stack, waiting: list[Story], number: int, found: Rounds) -> None:
    """Everybody looks at the time first; then all of them choose at once."""
    wanted = await asyncio.to_thread(_wanted_by_most, stack, waiting)
    async with AsyncExitStack() as ends:
        browsers = [await ends.enter_async_context(Browser(f"203.0.113.{n + 1}")) for n in range(len(waiting))]
        looks = await asyncio.gather(*(_look(*each, wanted) for each in zip(waiting, browsers, strict=True)))
        choices = [
            _on_page(story, browser, form) if form else _by_reply(story, wanted, number)
            for story, browser, form in zip(waiting, browsers, looks, strict=True)
        ]
        began = time.monotonic()
        served = await asyncio.gather(*choices)
        found.seconds.append(round(time.monotonic() - began, 2))
    await stack.settle()
    found.on_pages += sum(form is not None for form in looks)
    found.winners.append(sum(each.outcome is wire.ChoiceKind.BOOKED for each in served))
    found.hanging += [s.case_id for s, each in zip(waiting, served, strict=True) if not _is_served(s, each)]


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


def _wanted_by_most(stack: Stack, waiting: list[Story]) -> Opening:
    """A time, chair and dentist that as many of them as possible see on their page; the others ask for it too."""
    alike: dict[tuple[str, str, str], list[CaseRecord]] = {}
    for row in (story.row for story in waiting):
        alike.setdefault((row.pattern, row.provider_id, row.provider_kind), []).append(row)
    seen: Counter[tuple[datetime, str, str]] = Counter()
    openings: dict[tuple[datetime, str, str], Opening] = {}
    for rows in alike.values():
        for opening in stack.parts.openings.all_for(rows[0], stack.now):
            place = (opening.start, opening.operatory_id, opening.provider_id)
            seen[place] += len(rows)
            openings[place] = opening
    assert seen, "the schedule is full"
    return openings[seen.most_common(1)[0][0]]


def _own(story: Story, wanted: Opening) -> Opening:
    """The same time, chair and dentist, as long as this patient's visit is."""
    return wanted.model_copy(update={"pattern": story.row.pattern})


async def _look(story: Story, browser: Browser, wanted: Opening) -> Form | None:
    """The form that books it, on the patient's own page; None where the page does not show it, or for one in five."""
    if sum(story.case_id.encode()) % 5 == 0:
        return None
    now = story.stack.now
    token = story.stack.stores.links.issue(story.case_id, story.row.phone, now, now + timedelta(days=1))
    link = f"{story.stack.parts.settings.url}/b/{token}/confirm?o={quote(_own(story, wanted).key)}"
    return (await browser.open(link)).form_to("/choose")


async def _on_page(story: Story, browser: Browser, form: Form) -> Served:
    page = await browser.send(form)
    times = len(page.links_with("/confirm?"))
    booked = story.state == CaseState.BOOKED and not times
    full = not times and page.form_to("/call-me") is not None and not await asyncio.to_thread(_may_be_offered, story)
    return Served(wire.ChoiceKind.BOOKED if booked else wire.ChoiceKind.LOST, times, full=full)


def _may_be_offered(story: Story) -> bool:
    return bool(story.stack.parts.openings.ranked(story.row, 1, story.stack.now))


async def _by_reply(story: Story, wanted: Opening, number: int) -> Served:
    """The answer to a reply is a text; no outcome: none within a minute."""
    choice = wire.ChooseOpening(opening=_own(story, wanted), command_id=f"round-{number}", via="reply")
    try:
        async with asyncio.timeout(60):
            outcome = await story.stack.gateway.choose(story.case_id, choice)
    except (TimeoutError, CaseGone):
        return Served(None, by_text=True)
    return Served(outcome.kind, by_text=True)


def _is_served(story: Story, served: Served) -> bool:
    """Booked, or told that it is lost, with other times in the same answer and a next deadline."""
    if served.outcome is wire.ChoiceKind.BOOKED:
        return story.state == CaseState.BOOKED
    fresh = served.fresh or served.full or (served.by_text and (story.openings() or story.open_tasks()))
    return served.outcome is wire.ChoiceKind.LOST and bool(fresh) and story.due > story.stack.now


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
