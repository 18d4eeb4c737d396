"""`chairtime cases` and `baseline` over a real database; resolving reaches a real workflow."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from commands.baseline import count_location, is_unscheduled, main_provider
from commands.cases import app
from commands.texting import app as texting_app
from commands.webhooks import webhooks
from db.migrate import upgrade
from db.session import Database
from db.stores.cases import CaseStore
from db.stores.numbers import NumberStore
from db.stores.outbox import OutboxStore
from db.stores.switch import TextingSwitch
from db.stores.tasks import TaskStore
from domain.case import CaseState
from domain.records import CaseRecord, TaskRecord, TextRecord
from domain.treatment_plan import PlannedProcedure, PlanState, ProcedureStatus, TreatmentPlan
from runtime.processes import free_port
from runtime.settings import Settings
from tests.stack import Stack, Template, running

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "sandbox"
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def case(number: int, **more: object) -> CaseRecord:
    values = {
        "case_id": f"case/boise/opendental/{number}/a/1",
        "location": "boise",
        "source": "opendental",
        "account": "opendental:boise",
        "plan_id": str(number),
        "patient_id": "7",
        "acceptance": "a",
        "accepted_at": NOW,
        "detected_at": NOW,
        "state": CaseState.OFFERING,
        "tier": "surgical",
        "value_cents": 100_000 * number,
        "first_name": "Ada",
        "last_name": "Marsh",
        "phone": "+12085550142",
        "next_at": NOW + timedelta(hours=2),
        "next_what": "next text",
    }
    return CaseRecord.model_validate(values | more)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Two open cases and an ended one; the environment points at them and at a Temporal that is not there."""
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    settings = {
        "DATABASE_URL": url,
        "LOCATIONS": SHIPPED,
        "HOME": tmp_path,
        "TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"CHAIRTIME_{name}", str(value))
    upgrade(url)
    opened = Database(url)
    store = CaseStore(opened)
    store.add(case(1))
    store.add(case(2, state=CaseState.ESCALATED, owner="paula"))
    store.add(case(3, state=CaseState.DECLINED, ended_at=NOW, end_reason="declined too dear"))
    store.add(case(4), baseline=True)
    yield opened
    opened.close()


def last_line(out: str) -> Any:
    """The JSON that comes last: the stack in this process logs to standard output, too."""
    return json.loads(out.splitlines()[-1])


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments", "plans"),
    [
        ([], ["2", "1"]),
        (["--state", "escalated"], ["2"]),
        (["--state", "ended"], ["3"]),
        (["--state", "declined"], ["3"]),
        (["--state", "booked"], []),
        (["--location", "phoenix"], []),
        (["--limit", "1"], ["2"]),
    ],
)
@pytest.mark.usefixtures("database")
def test_the_list_by_value(arguments: list[str], plans: list[str]) -> None:
    status, out, _ = run("list", "--json", *arguments)
    assert status == 0
    assert [row["plan_id"] for row in json.loads(out)["cases"]] == plans


@pytest.mark.usefixtures("database")
def test_the_list_names_nobody_and_speaks_local_time() -> None:
    _, out, _ = run("list")
    assert "2026-11-23 12:00 MST" in out
    assert "owner paula" in out
    for arguments in ((), ("--json",)):
        _, out, _ = run("list", *arguments)
        assert not [private for private in ("Ada", "Marsh", "5550142") if private in out]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["list", "--state", "lost"], "use open, ended or one of: detected, classified"),
        (["list", "--location", "bosie"], "no location 'bosie'; known: boise, phoenix"),
        (["show", "case/none"], "there is no case 'case/none'; `chairtime cases list`"),
        (
            ["resolve", "case/boise/opendental/2/a/1", "--outcome", "declined", "--by", "bob"],
            "known: paula, grant, nina",
        ),
        (["resolve", "case/boise/opendental/2/a/1", "--outcome", "call_back", "--by", "paula"], "--call-back-at"),
        (
            [
                "resolve",
                "case/boise/opendental/2/a/1",
                "--outcome",
                "call_back",
                "--by",
                "paula",
                "--call-back-at",
                "noon",
            ],
            "write it like 2026-11-24T15:30",
        ),
    ],
)
@pytest.mark.usefixtures("database")
def test_a_question_that_cannot_be_answered(arguments: list[str], expected: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert expected in err


def test_the_whole_case(database: Database) -> None:
    whole = case(1)
    CaseStore(database).note(whole.case_id, "classified", "surgical, path link", NOW)
    text = TextRecord(
        id="t1",
        case_id=whole.case_id,
        location="boise",
        step="offer",
        to=whole.phone,
        body="Hi Ada\n1) Mon",
        kind="campaign",
        template="offer",
        created_at=NOW,
        lapses_at=NOW + timedelta(hours=4),
    )
    OutboxStore(database).add(text)
    task = TaskRecord(
        id="k1", case_id=whole.case_id, location="boise", kind="call", owner="paula", text="Call", opened_at=NOW
    )
    TaskStore(database).put(task)
    _, out, _ = run("show", whole.case_id)
    for words in ("Ada Marsh (id 7)", "surgical, path link", "Hi Ada", "owner paula, open", "$1,000.00"):
        assert words in out
    found = json.loads(run("show", whole.case_id, "--json")[1])
    assert (found["case"]["plan_id"], found["texts"][0]["id"], found["tasks"][0]["id"]) == ("1", "t1", "k1")
    assert (found["timeline"][0]["kind"], found["workflow"]) == ("classified", None)


def test_without_a_database_there_is_nothing_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAIRTIME_HOME", str(tmp_path))
    monkeypatch.setenv("CHAIRTIME_LOCATIONS", str(SHIPPED))
    monkeypatch.delenv("CHAIRTIME_DATABASE_URL", raising=False)
    status, _, err = run("list")
    assert status == 2
    assert "the first start makes it" in err
    assert not (tmp_path / "chairtime.db").exists()


def test_a_halted_location_texts_again_once_a_person_says_so(database: Database) -> None:
    TextingSwitch(database).halt("boise", "30034 unregistered")
    runner = CliRunner()
    shown = json.loads(runner.invoke(texting_app, ["status", "--json"]).stdout)["locations"]
    assert [row["halted"] for row in shown if row["location"] == "boise"] == ["30034 unregistered"]
    assert "it was halted: 30034 unregistered" in runner.invoke(texting_app, ["lift", "boise"]).stdout
    assert TextingSwitch(database).halted("boise") == ""
    assert "nothing was halted" in runner.invoke(texting_app, ["lift", "boise"]).stdout
    TextingSwitch(database).stop("boise", "offer", "30007 filtered")
    assert "offer" in runner.invoke(texting_app, ["status"]).stdout
    lifted = runner.invoke(texting_app, ["lift", "boise", "--template", "offer"]).stdout
    assert (lifted.strip(), TextingSwitch(database).stops()) == (
        "boise offer: texting goes on (it was halted: 30007 filtered)",
        [],
    )
    unknown = runner.invoke(texting_app, ["lift", "bosie"])
    assert (unknown.exit_code, "no location 'bosie'" in unknown.stderr) == (2, True)


# --- with a practice, a worker and Temporal


@pytest.fixture(scope="module")
async def stack(template: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running(template, tmp_path_factory.mktemp("stack") / "home") as started:
        yield started


@pytest.fixture
def pointed(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment names the running stack."""
    settings = stack.parts.settings
    address = stack.client.service_client.config.target_host
    given = {"HOME": settings.home, "DATABASE_URL": settings.database, "TEMPORAL_ADDRESS": address}
    for name, value in {**given, "LOCATIONS": settings.locations_folder}.items():
        monkeypatch.setenv(f"CHAIRTIME_{name}", str(value))
    return settings


@pytest.mark.usefixtures("pointed")
async def test_resolving_ends_the_case_and_a_second_time_says_so(stack: Stack) -> None:
    story = await stack.accept(stack.plan())
    _, out, _ = await asyncio.to_thread(run, "show", story.case_id, "--live", "--json")
    assert last_line(out)["workflow"]["state"] == story.state
    asked = ("resolve", story.case_id, "--outcome", "declined", "--by", "paula", "--note", "too dear")
    status, out, err = await asyncio.to_thread(run, *asked, "--json")
    assert (status, last_line(out)["state"], err) == (0, "declined", "")
    await stack.settle()
    assert story.row.end_reason == "declined too dear"
    status, _, err = await asyncio.to_thread(run, *asked)
    assert status == 2
    assert "is not running any more; the database says: declined" in err


async def test_the_baseline_counts_what_stood_accepted_and_not_our_own_cases(stack: Stack) -> None:
    records = await stack.practice.get("records")
    signed = [plan for plan in records["treatplans"] if plan["signed"] and plan["clinic"] == 1]
    await stack.accept(stack.plan())
    boise = stack.parts.locations.get("boise")
    texts = len(await stack.practice.get("requests?vendor=twilio"))
    total, *providers = await asyncio.to_thread(lambda: list(count_location(stack.parts, boise)))
    ours = len(stack.all_cases())
    assert total.accepted == len(signed) + 1 - ours
    assert sum(p.accepted for p in providers) == total.accepted
    assert sum(p.value_cents for p in providers) == total.value_cents > 0
    assert 0 < total.unscheduled_cents <= total.value_cents
    stored = NumberStore(stack.stores.database).baselines()[-1]
    assert (stored.accepted, stored.unscheduled, stored.value_cents, stored.unscheduled_value_cents) == (
        total.accepted, total.unscheduled, total.value_cents, total.unscheduled_cents,
    )  # fmt: skip
    assert len(await stack.practice.get("requests?vendor=twilio")) == texts


@pytest.mark.usefixtures("pointed")
async def test_webhook_addresses_and_asking_the_pms(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAIRTIME_PUBLIC_URL", "https://book.example.com")
    command = typer.Typer()
    command.command()(webhooks)
    done = await asyncio.to_thread(CliRunner().invoke, command, ["--subscribe", "--json"])
    row = last_line(done.stdout)["webhooks"][0]
    assert row["messaging"] == "https://book.example.com/webhooks/twilio/inbound/boise"
    assert row["payments"] == "https://book.example.com/webhooks/stripe/boise"
    key = {"Authorization": "ODFHIR SandboxDeveloperKey/SandboxBoise"}
    async with httpx.AsyncClient(base_url=stack.practice.url, headers=key, trust_env=False) as office:
        kept = (await office.get("/opendental/api/v1/subscriptions")).json()
    assert any(each["EndPointUrl"].startswith("https://book.example.com/webhooks/opendental/boise/") for each in kept)


def plan_of(*statuses: ProcedureStatus, appointment: str = "") -> TreatmentPlan:
    rows = [
        PlannedProcedure(
            id=str(n),
            code="D2740",
            fee_cents=100 * (n + 1),
            provider_id=f"p{n}",
            status=status,
            appointment_id=appointment,
        )
        for n, status in enumerate(statuses)
    ]
    return TreatmentPlan(id="1", patient_id="7", state=PlanState.ACCEPTED, procedures=tuple(rows))


@pytest.mark.parametrize(
    ("plan", "unscheduled"),
    [
        (plan_of(ProcedureStatus.PLANNED, ProcedureStatus.PLANNED), True),
        (plan_of(ProcedureStatus.PLANNED, ProcedureStatus.DELETED), True),
        (plan_of(ProcedureStatus.PLANNED, ProcedureStatus.SCHEDULED), False),
        (plan_of(ProcedureStatus.PLANNED, ProcedureStatus.COMPLETED), False),
        (plan_of(ProcedureStatus.PLANNED, appointment="5"), False),
        (plan_of(ProcedureStatus.DELETED), False),
        (plan_of(), False),
    ],
)
def test_unscheduled_means_that_nothing_of_the_plan_was_ever_booked(plan: TreatmentPlan, unscheduled: bool) -> None:
    assert is_unscheduled(plan) is unscheduled


def test_a_plan_counts_for_the_provider_of_most_of_its_fees() -> None:
    assert main_provider(plan_of(ProcedureStatus.PLANNED, ProcedureStatus.PLANNED)) == "p1"
    assert main_provider(plan_of()) == ""
