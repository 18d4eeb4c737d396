"""What stands in deploy/ and docs/ names things that exist: settings, commands, files, keys."""

import asyncio
import configparser
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli import COMMANDS
from connectors.registry import ConnectorRegistry
from runtime.locations import LocationBook, read_location
from runtime.processes import Child, free_port, temporal_binary
from runtime.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
EXAMPLES = sorted((DEPLOY / "locations").glob("*.example.yaml"))
WRITTEN = sorted(
    path
    for folder in (DEPLOY, ROOT / "docs", ROOT)
    for path in (folder.rglob("*") if folder != ROOT else ROOT.glob("*.md"))
    if path.is_file()
    and path.suffix in (".yaml", ".md", ".service", ".example", ".sh", "")
    and "decisions" not in path.parts
)
SETTING = re.compile(r"CHAIRTIME_[A-Z_]*[A-Z]")


def documents(path: Path) -> list[Any]:
    return list(YAML(typ="safe").load_all(path.read_text("utf-8")))


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.yaml")), ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_yaml_file_parses(path: Path) -> None:
    assert all(isinstance(document, dict) for document in documents(path))


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_that_is_named_exists(path: Path) -> None:
    known = {f"CHAIRTIME_{name.upper()}" for name in Settings.model_fields}
    named = {name for name in SETTING.findall(path.read_text("utf-8")) if not name.endswith("_KEY") or name in known}
    assert named - known == set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_locations_are_accepted_once_their_secrets_are_there(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    (tmp_path / "secret").write_text("s3cret", "utf-8")
    copy = tmp_path / "location.yaml"
    copy.write_text(re.sub(r"file:\S+", f"file:{tmp_path / 'secret'}", text), "utf-8")
    location = read_location(copy)
    environment = dict.fromkeys(re.findall(r"env:(\w+)", text), "s3cret")
    registry = ConnectorRegistry(LocationBook([location]), NoPace(), environment)
    registry.refuse_mistakes(location.key)
    assert location.texting != "registered", "an example must not text anybody"
    assert not re.search(r"\bsk_|AC[0-9a-f]{16}|whsec_", text)


class NoPace:
    def wait(self, account: str) -> None: ...


def compose_commands() -> Iterator[Sequence[str]]:
    for service in documents(DEPLOY / "compose.yaml")[0]["services"].values():
        if "entrypoint" not in service and service["image"].startswith("chairtime"):
            yield service["command"]


def kubernetes_commands() -> Iterator[Sequence[str]]:
    for path in (DEPLOY / "kubernetes").glob("*.yaml"):
        for document in documents(path):
            if document["kind"] == "Deployment":
                yield from (each["args"] for each in document["spec"]["template"]["spec"]["containers"])


def systemd_commands() -> Iterator[Sequence[str]]:
    for path in (DEPLOY / "systemd").glob("*.service"):
        program, *arguments = unit(path)["Service"]["ExecStart"].split()
        if program.endswith("/chairtime"):
            yield arguments


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd keys keep their case
    parser.read_string(path.read_text("utf-8"))
    return parser


def test_every_command_that_is_started_exists() -> None:
    started = [*compose_commands(), *kubernetes_commands(), *systemd_commands()]
    assert sorted(command[0] for command in started) == ["web", "web", "web", "worker", "worker", "worker"]
    assert {command[0] for command in started} <= command_names()


def command_names() -> set[str]:
    return set(COMMANDS)


PAGES = [path for path in WRITTEN if path.suffix == ".md"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_name_commands_and_files_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"(?m)(?:`|bin/|^)chairtime ([a-z][a-z-]+)", text))
    assert named - command_names() == set()
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_units_run_as_their_own_user_and_leave_time_to_drain() -> None:
    for path in (DEPLOY / "systemd").glob("*.service"):
        service = unit(path)["Service"]
        assert (service["User"], service["EnvironmentFile"]) == ("chairtime", "/etc/chairtime/chairtime.env")
        assert int(service["TimeoutStopSec"]) >= 20


def test_pods_run_as_nobody_special_and_are_told_their_version() -> None:
    for name in ("worker", "web"):
        spec = documents(DEPLOY / "kubernetes" / f"{name}.yaml")[0]["spec"]["template"]["spec"]
        container = spec["containers"][0]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["terminationGracePeriodSeconds"] >= 20
        assert ":latest" not in container["image"]
        assert {"secretRef": {"name": "chairtime-secrets"}} in container["envFrom"]
    worker = documents(DEPLOY / "kubernetes" / "worker.yaml")[0]["spec"]["template"]["spec"]["containers"][0]
    build = worker["env"][0]
    assert (build["name"], build["value"]) == ("CHAIRTIME_BUILD_ID", worker["image"].rpartition(":")[2])


def test_the_image_installs_by_hash_and_runs_as_an_own_user() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "--require-hashes -r requirements.lock" in text
    assert text.index("\nUSER 10001") < text.index("\nENTRYPOINT")


def test_temporal_is_prepared_and_may_be_prepared_again(tmp_path: Path) -> None:
    port = free_port()
    command = [temporal_binary(), "server", "start-dev", "--headless", "--port", str(port), "--log-level", "never"]
    server = Child("Temporal", [*command, "--db-filename", str(tmp_path / "t.db")], tmp_path / "t.log")
    server.start()
    asyncio.run(server.until_listening(port))
    path = f"{Path(temporal_binary()).parent}:{os.environ['PATH']}"
    environment = os.environ | {"TEMPORAL_ADDRESS": f"127.0.0.1:{port}", "PATH": path}
    try:
        for namespace in ("default", "practice", "practice"):
            done = subprocess.run(
                ["sh", str(DEPLOY / "prepare-temporal.sh")],
                env=environment | {"TEMPORAL_NAMESPACE": namespace},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        described = subprocess.run(
            [temporal_binary(), "operator", "namespace", "describe", "practice", "--output", "json"],
            env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert '"workflowExecutionRetentionTtl": "2592000s"' in described.stdout
    finally:
        server.stop()
