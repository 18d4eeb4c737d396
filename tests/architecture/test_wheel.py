"""The wheel holds all that the product reads, and works where there is no source tree."""

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("activities", "commands", "connectors", "db", "domain", "loops", "rules", "runtime", "sandbox", "web",
         "workflows")  # fmt: skip
MODULES = ("cli.py", "wiring.py", "wiring_plans.py", "worker.py")
READ = (".css", ".html", ".js", ".json", ".mako", ".svg", ".yaml")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, unpacked; it is built by setuptools itself, so no network is needed."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("made")
    for room in (*ROOMS, "deploy"):
        shutil.copytree(ROOT / room, source / room, ignore=_LEFT_OUT)
    for name in (*MODULES, "pyproject.toml"):
        shutil.copy(ROOT / name, source / name)
    build = f"import setuptools.build_meta as b; print(b.build_wheel({str(made)!r}))"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True, timeout=120)
    (wheel,) = made.glob("chairtime-*.whl")
    target = made / "unpacked"
    zipfile.ZipFile(wheel).extractall(target)
    return target


def run(unpacked: Path, home: Path, *code: str) -> str:
    """Python that knows the unpacked wheel and the installed libraries, not this tree (-S leaves out .pth files)."""
    site = sysconfig.get_path("purelib")
    lines = "; ".join((f"import sys; sys.path[:0] = [{str(unpacked)!r}]; sys.path.append({site!r})", *code))
    environment = {"PATH": "/usr/bin:/bin", "CHAIRTIME_HOME": str(home), "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", lines],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def cli(*arguments: str) -> tuple[str, ...]:
    return ("import cli", f"sys.argv = {['chairtime', *arguments]!r}", "cli.main()")


def test_every_file_that_the_product_reads_is_in_the_wheel(unpacked: Path) -> None:
    files = {path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in READ}
    files |= {path.relative_to(ROOT) for path in (ROOT / "deploy" / "sandbox").glob("*.yaml")}
    files |= {path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert len(files) > 400, "the tree was not found"
    assert sorted(str(path) for path in files if not (unpacked / path).is_file()) == []
    assert not (unpacked / "tests").exists()
    assert not (unpacked / "deploy" / "compose.yaml").exists()


def test_rules_are_checked_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    shown = json.loads(run(unpacked, tmp_path, *cli("rules", "check", str(unpacked / "rules" / "base"), "--json")))
    assert shown["ok"] is True


def test_a_schedule_is_printed_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"principal": 900, "number_of_payments": 4, "first_payment": "2027-01-31"}))
    shown = json.loads(run(unpacked, tmp_path, *cli("payplan", "schedule", str(terms), "--json")))
    assert [row["due_cents"] for row in shown["rows"]] == [22_500] * 4


def test_pages_words_sandbox_and_schema_load_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    shown = run(
        unpacked,
        tmp_path,
        "import web.plans.paper as paper, web.console.desk, web.booking.visit",
        "pages = [paper.PATIENT_PAGES, paper.STAFF_PAGES]",
        "[page.get_template(name) for page in pages for name in page.list_templates()]",
        "from runtime.plan_catalogue import read_catalogue",
        "from db.migrate import differences, upgrade",
        "upgrade('sqlite:///x.db')",
        "from commands.up import SHIPPED_LOCATIONS",
        "import sandbox.app",
        "files = [m.__file__ for n, m in sys.modules.items() if n.split('.')[0] in ('web', 'db', 'sandbox', 'cli')]",
        "shipped = len(list(SHIPPED_LOCATIONS.glob('*.yaml')))",
        "print(read_catalogue().template().key, differences('sqlite:///x.db'), shipped)",
        f"print(all(f is None or f.startswith({str(unpacked)!r}) for f in files))",
    )
    assert shown.split("\n")[:2] == ["four [] 5", "True"]
