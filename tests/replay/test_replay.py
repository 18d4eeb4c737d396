"""Every kept history replays with the workflows of today: an open case survives the next deploy."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from runtime.temporal import workflow_runner
from tests.replay.record import HISTORIES, STORIES
from tests.replay.record_plans import STORIES as PLANS
from tests.replay.record_visits import STORIES as VISITS
from tests.stack import PLAIN
from workflows.registry import WORKFLOWS

KEPT = sorted(HISTORIES.glob("*.json"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
async def test_it_replays(path: Path) -> None:
    await replay(path.read_text("utf-8"))  # noqa: ASYNC240  a test may read its file


async def test_a_changed_history_is_noticed() -> None:
    """The guard itself works: with one activity's name changed the replay fails."""
    path = next(path for path in KEPT if path.stem.endswith("booked_by_reply"))
    changed = path.read_text("utf-8").replace('"send_offer"', '"send_offers"')
    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await replay(changed)


async def replay(history: str) -> None:
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=workflow_runner(), data_converter=PLAIN)
    await replayer.replay_workflow(WorkflowHistory.from_json("case/replayed", history))


def test_every_story_is_kept() -> None:
    kept = {path.stem.split(".")[-1] for path in KEPT}
    told = {story.__name__ for stories in (STORIES, PLANS, VISITS) for story in stories}
    assert told <= kept, "run tests.replay.record, record_plans and record_visits"


def test_every_workflow_has_a_history() -> None:
    begun = [json.loads(path.read_text("utf-8"))["events"][0] for path in KEPT]
    kept = {event["workflowExecutionStartedEventAttributes"]["workflowType"]["name"] for event in begun}
    assert kept == {each.__name__ for each in WORKFLOWS}
