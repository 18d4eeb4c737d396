"""`chairtime doctor` against a real practice over HTTP: it finds each thing that is wrong, and says how to mend it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from commands.doctor import doctor
from commands.doctor_files import read_sites
from commands.doctor_machine import settings_table
from commands.doctor_vendors import OwnPace, check_vendors
from connectors.registry import ConnectorRegistry
from db.migrate import upgrade
from db.session import Database
from db.stores.running import HeartbeatStore
from db.stores.switch import TextingSwitch
from runtime.processes import Child, free_port, temporal_binary
from runtime.settings import Settings, read_settings

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "sandbox"
READY = "sandbox ready on "


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A practice in a box on the real clock; its address."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--home", str(tmp_path_factory.mktemp("sandbox"))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().removeprefix(READY).strip()
    process.terminate()
    process.wait(10)


@dataclass
class Bench:
    """A home of one's own, and the files in it."""

    home: Path
    locations: Path
    rules: Path
    setenv: Callable[[str, str], None]

    def edit(self, old: str, new: str, location: str = "boise") -> None:
        path = self.locations / f"{location}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def run(self) -> tuple[int, dict[str, Any]]:
        status, out = self.says("--json")
        return status, json.loads(out)

    def wrong(self) -> list[str]:
        """What is wrong, as the lines say it; the exit status must agree."""
        status, answer = self.run()
        found = [
            f"{f['area']} {f['where']}: {f['says']} {f['mend']}" for f in answer["findings"] if f["status"] == "wrong"
        ]
        assert status == (1 if found else 0)
        return found

    def says(self, *arguments: str) -> tuple[int, str]:
        app = typer.Typer()
        app.command()(doctor)
        result = CliRunner().invoke(app, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout


@pytest.fixture
def bench(practice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in [name for name in os.environ if name.startswith("CHAIRTIME_")]:
        monkeypatch.delenv(name)
    made = Bench(tmp_path / "home", tmp_path / "locations", tmp_path / "rules", monkeypatch.setenv)
    made.locations.mkdir()
    for name in ("boise", "scottsdale"):
        text = (SHIPPED / f"{name}.yaml").read_text("utf-8").replace("http://127.0.0.1:8701", practice)
        (made.locations / f"{name}.yaml").write_text(text, "utf-8")
    given = {"HOME": made.home, "LOCATIONS": made.locations, "WEB_PORT": free_port(), "TEMPORAL_PORT": free_port()}
    for name, value in given.items():
        monkeypatch.setenv(f"CHAIRTIME_{name}", str(value))
    return made


def test_nothing_is_wrong_with_the_practice_in_a_box(bench: Bench) -> None:
    status, answer = bench.run()
    found = {(f["area"], f["where"]): f["says"] for f in answer["findings"]}
    assert [f for f in answer["findings"] if f["status"] == "wrong"] == []
    assert (status, answer["ok"]) == (0, True)
    assert found["staff", "boise"].startswith("3 people")
    assert "procedure codes" in found["codes", "scottsdale"]
    assert "first start makes it" in found["database", f"sqlite:///{bench.home.resolve()}/chairtime.db"]
    assert not (bench.home / "chairtime.db").exists()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("SandboxBoise", "Nobody", ["boise pms", "401", "check the keys of the pms block in", "boise.yaml"]),
        ("sandbox-twilio-auth-token", "no", ["boise messaging", "401", "keys of the messaging block"]),
        ("sk_test_sandbox_chairtime", "sk_no", ["boise payments", "401", "keys of the payments block"]),
        ("SandboxBoise", "env:NOT_THERE", ["pms.customer_key", "NOT_THERE is not set", "boise.yaml"]),
        ("SandboxBoise", "file:/nowhere/key", ["pms.customer_key", "/nowhere/key cannot be read"]),
        ("default_owner: paula", "", ["boise.yaml: the key default_owner is missing"]),
        ("zone: America/Boise", "zone: America/Bois", ["zone", "America/Bois"]),
        ("requests_per_second: 0", "requests_per_second: fast", ["pms.requests_per_second", "valid number"]),
        ('user_id: "101"', 'user_id: "999"', ["paula: user_id 999 is not in the PMS", "101", "boise.yaml"]),
        ('task_list_id: "102"', 'task_list_id: "9"', ["grant: task_list_id 9 is not in the PMS"]),
        ("key: boise", "key: scottsdale", ["scottsdale.yaml has the key 'scottsdale', as"]),
    ],
)
def test_a_mistake_in_a_location_file(bench: Bench, old: str, new: str, expected: list[str]) -> None:
    bench.edit(old, new)
    found = bench.wrong()
    assert len(found) == 1
    assert [words for words in expected if words not in found[0]] == []


def test_a_pms_that_is_down(bench: Bench, practice: str) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    bench.edit(f"{practice}/opendental", f"{address}/opendental")
    assert len(bench.wrong()) == 1
    assert f"no connection to {address}" in bench.wrong()[0]
    assert "Is that server running" in bench.wrong()[0]


def test_a_throttled_vendor_and_one_in_trouble(bench: Bench, practice: str) -> None:
    faults = (
        {"vendor": "opendental", "kind": "status", "status": 429},
        {"vendor": "stripe", "kind": "status", "status": 503},
    )
    with httpx.Client(base_url=practice, trust_env=False) as control:
        for fault in faults:
            control.post("/_sandbox/faults", json=fault).raise_for_status()
        found = bench.wrong()
        control.delete("/_sandbox/faults").raise_for_status()
    assert [line for line in found if "boise pms" in line and "Wait" in line]
    assert [line for line in found if "boise payments" in line and "503" in line]


def test_one_bad_file_hides_nothing_of_the_others(bench: Bench) -> None:
    (bench.locations / "a.yaml").write_text("key: [a", "utf-8")
    bench.edit("SandboxScottsdale", "Nobody", "scottsdale")
    found = bench.wrong()
    assert len(found) == 2
    assert "a.yaml:2:1: this is not YAML" in found[0] or "a.yaml:1" in found[0]
    assert "scottsdale pms" in found[1]


def test_no_location_file_at_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAIRTIME_LOCATIONS")
    monkeypatch.setenv("CHAIRTIME_SANDBOX_PORT", str(free_port()))
    assert len(bench.wrong()) == 1
    assert "`make run` puts the sandbox's five there" in bench.wrong()[0]


def test_texting_that_is_not_registered_is_worth_a_note(bench: Bench) -> None:
    bench.edit("kind: dental", "kind: dental\ntexting: unregistered")
    status, answer = bench.run()
    notes = [f["says"] for f in answer["findings"] if f["status"] == "note"]
    assert (status, notes) == (0, ["texting is unregistered: no text goes out, every case becomes a call"])


def test_a_rule_mistake_names_file_line_and_mend(bench: Bench) -> None:
    (bench.rules / "organisation").mkdir(parents=True)
    (bench.rules / "organisation" / "contact.yaml").write_text("contact:\n  quiet_huors: []\n", "utf-8")
    bench.setenv("CHAIRTIME_RULES", str(bench.rules))
    found = bench.wrong()
    assert found
    assert "organisation/contact.yaml:2:3" in found[0]


def test_a_rule_that_sends_patients_to_an_office_that_does_not_know_them(bench: Bench) -> None:
    own = bench.rules / "locations" / "boise"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text("tiers: {surgical: {openings: {other_locations: [scottsdale, eagle]}}}")
    bench.setenv("CHAIRTIME_RULES", str(bench.rules))
    wrong = [line for line in bench.wrong() if line.startswith("rules")]
    assert any("scottsdale cannot take patients of boise" in line and "same `account`" in line for line in wrong)
    assert any("there is no location `eagle`" in line for line in wrong)


def test_a_rule_with_a_code_that_the_pms_does_not_have(bench: Bench) -> None:
    rule = "tiers:\n  restorative:\n    match:\n      - codes: [D2740, D2610]\n"
    folder = bench.rules / "locations" / "boise"
    folder.mkdir(parents=True)
    (folder / "tiers.yaml").write_text(rule, "utf-8")
    bench.setenv("CHAIRTIME_RULES", str(bench.rules))
    found = [line for line in bench.wrong() if line.startswith("codes boise")]
    assert len(found) == 1
    assert "the code D2610 is not in the fee schedule" in found[0]
    assert "tiers.yaml:4" in found[0]


def test_a_port_that_another_program_has(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        bench.setenv("CHAIRTIME_WEB_PORT", str(port))
        found = bench.wrong()
    assert len(found) == 1
    assert f"port {port} (the web app) is taken by another program" in found[0]
    assert "CHAIRTIME_WEB_PORT" in found[0]


def test_our_own_running_sandbox_may_hold_its_port(
    bench: Bench, practice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHAIRTIME_LOCATIONS")
    bench.setenv("CHAIRTIME_SANDBOX_PORT", practice.rsplit(":", 1)[1])
    _, answer = bench.run()
    assert "held by our own running sandbox" in [f["says"] for f in answer["findings"]]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CHAIRTIME_WEBPORT", "1", "Did you mean CHAIRTIME_WEB_PORT?"),
        ("CHAIRTIME_WEB_PORT", "70000", "CHAIRTIME_WEB_PORT: Input should be less than or equal to 65535"),
        ("CHAIRTIME_LOG_LEVEL", "chatty", "CHAIRTIME_LOG_LEVEL: Input should be"),
        ("CHAIRTIME_ENCRYPTION_KEYS", "k1:c2hvcnQ=", "must have 32"),
        ("CHAIRTIME_DEPLOYMENT", "chairtime", "CHAIRTIME_BUILD_ID"),
        ("CHAIRTIME_DATABASE_URL", "postgresql://u:pw@127.0.0.1:1/x", "cannot open the database postgresql://u:***@"),
        ("CHAIRTIME_DATABASE_URL", "mysql://x", "use sqlite:///FILE or postgresql://"),
        ("CHAIRTIME_TEMPORAL_ADDRESS", "127.0.0.1:1", "Temporal at 127.0.0.1:1 cannot be reached"),
    ],
)
def test_a_setting_that_cannot_work(bench: Bench, name: str, value: str, expected: str) -> None:
    bench.setenv(name, value)
    assert any(expected in line for line in bench.wrong())


def test_names_that_location_files_refer_to_are_no_mistake(bench: Bench) -> None:
    bench.edit("SandboxBoise", "env:CHAIRTIME_BOISE_KEY")
    bench.setenv("CHAIRTIME_BOISE_KEY", "SandboxBoise")
    assert bench.wrong() == []


def test_a_home_that_cannot_be_written_to(bench: Bench) -> None:
    bench.home.write_text("a file", "utf-8")
    assert any("home" in line and "CHAIRTIME_HOME" in line for line in bench.wrong())


def test_a_vendor_elsewhere_needs_a_public_address(bench: Bench, practice: str) -> None:
    bench.edit(f"{practice}/twilio", "https://127.0.0.1:1/twilio")
    assert any("CHAIRTIME_PUBLIC_URL" in line for line in bench.wrong())
    bench.setenv("CHAIRTIME_PUBLIC_URL", "https://book.example.com")
    assert not any("CHAIRTIME_PUBLIC_URL" in line for line in bench.wrong())


def test_a_temporal_server_that_lacks_what_we_need(bench: Bench, tmp_path: Path) -> None:
    port = free_port()
    command = [temporal_binary(), "server", "start-dev", "--headless", "--port", str(port), "--log-level", "never"]
    server = Child("Temporal", [*command, "--db-filename", str(tmp_path / "t.db")], tmp_path / "t.log")
    bench.setenv("CHAIRTIME_TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    server.start()
    try:
        asyncio.run(server.until_listening(port))
        found = bench.wrong()
        bench.setenv("CHAIRTIME_TEMPORAL_NAMESPACE", "elsewhere")
        elsewhere = bench.wrong()
    finally:
        server.stop()
    assert [line for line in found if "ChairtimeLocation: the search attribute is not registered" in line] == found
    assert ["there is no such namespace" in line for line in elsewhere] == [True]


def test_the_worker_and_its_loops(bench: Bench) -> None:
    url = f"sqlite:///{bench.home.resolve()}/chairtime.db"
    bench.home.mkdir()
    upgrade(url)
    database = Database(url)
    beats, now = HeartbeatStore(database), datetime.now(UTC)
    beats.beat("worker", now - timedelta(hours=1))
    assert bench.wrong() == []
    assert "no worker is running" in json.dumps(bench.run()[1])
    beats.beat("worker", now)
    beats.beat("loop:outbox", now - timedelta(minutes=20))
    beats.beat("void", now, {"void": 2})
    TextingSwitch(database).halt("boise", "30034 unregistered")
    database.close()
    found = bench.wrong()
    assert "boise: texts are halted: 30034 unregistered" in found[0]
    assert "`chairtime texting lift boise`" in found[0]
    assert "loop:outbox: no good round for 20 min" in found[1]
    assert "2 open cases have neither a deadline nor a task" in found[2]


def test_clocks_that_differ(bench: Bench) -> None:
    """An appointment changed just now tells the office's time."""
    sites, _ = read_sites(read_settings())
    now = datetime.now(UTC)
    pms = ConnectorRegistry(sites.book, OwnPace(sites.book)).pms("boise")
    appointment = pms.appointments(now.date() + timedelta(days=1), now.date() + timedelta(days=30))[0]
    pms.cancel(appointment.id, "moved")
    for shift, status in ((timedelta(0), "ok"), (timedelta(hours=1), "wrong")):
        found = check_vendors(sites, OwnPace(sites.book), None, now + shift)
        assert [f.status for f in found if (f.area, f.where) == ("clock", "boise")] == [status]


def test_secrets_are_never_shown(bench: Bench) -> None:
    bench.setenv("CHAIRTIME_TEMPORAL_API_KEY", "very-secret-api-key")
    bench.setenv("CHAIRTIME_DATABASE_URL", "postgresql://u:very-secret-word@127.0.0.1:1/x")
    for arguments in ((), ("--json",)):
        _, out = bench.says(*arguments)
        assert "very-secret" not in out
        assert "SandboxBoise" not in out
        assert "CHAIRTIME_TEMPORAL_API_KEY" in out


def test_every_setting_has_a_meaning(bench: Bench) -> None:
    table = settings_table(read_settings())
    assert {row["name"] for row in table} == {f"CHAIRTIME_{name.upper()}" for name in Settings.model_fields}
    assert [row["name"] for row in table if not row["meaning"]] == []
