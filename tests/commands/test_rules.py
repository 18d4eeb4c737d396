"""`chairtime rules` and `chairtime replies` as programs call them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from commands import replies, rules
from domain.route import CaseFacts, ProcedureFacts
from domain.treatment_plan import PlannedProcedure
from rules.paths import SHIPPED
from runtime.settings import read_settings
from tests.db.samples import a_case
from wiring import build_parts

KEYS = {
    "tier", "path", "deposit_cents", "minutes", "provider_type", "first_offer_minutes", "steps", "escalate_after_hours",
    "owners", "approvals", "other_provider", "other_locations", "earliest", "start_at", "reasons", "rule_version",
}  # fmt: skip
CASE = {
    "location": "anywhere",
    "procedures": [{"code": "D6010", "fee_cents": 238_000, "minutes": 120, "provider_type": "surgeon"}],
    "patient": {"in_office": False, "age": 44, "language": "en"},
    "at": "2026-11-23T12:00:00-07:00",
}


@pytest.fixture(autouse=True)
def _no_rules_of_our_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHAIRTIME_RULES", raising=False)
    monkeypatch.setenv("CHAIRTIME_HOME", str(tmp_path / "home"))


def ask(*words: str) -> Result:
    return CliRunner().invoke(rules.app, list(words))


def answer(*words: str) -> dict[str, Any]:
    result = ask(*words, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def case_file(folder: Path, **more: Any) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps({**CASE, **more}))
    return str(path)


def test_the_worked_example(tmp_path: Path) -> None:
    found = answer("explain", case_file(tmp_path))
    assert set(found) == KEYS
    assert (found["tier"], found["path"], found["deposit_cents"]) == ("surgical", "link", 50_000)
    assert (found["minutes"], found["provider_type"]) == (120, "surgeon")
    assert (found["first_offer_minutes"], found["escalate_after_hours"]) == (15, 72)
    assert [step["owner"] for step in found["owners"]] == ["coordinator", "manager"]
    assert all(reason["file"] and reason["line"] for reason in found["reasons"])
    assert found["rule_version"]


def test_a_null_says_the_same_as_nothing(tmp_path: Path) -> None:
    path = case_file(tmp_path, patient={"in_office": True, "age": None, "language": None})
    assert answer("explain", path)["path"] == "same_visit"


def test_the_practice_s_own_rules_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = tmp_path / "rules" / "locations" / "anywhere"
    layer.mkdir(parents=True)
    (layer / "own.yaml").write_text("tiers: {surgical: {first_offer: 10 min}}")
    monkeypatch.setenv("CHAIRTIME_RULES", str(tmp_path / "rules"))
    assert answer("explain", case_file(tmp_path))["first_offer_minutes"] == 10
    assert answer("explain", case_file(tmp_path, location="elsewhere"))["first_offer_minutes"] == 15


@pytest.mark.parametrize("text", ["{", "[]", '{"procedures": 3}', '{"procedures": [{"fee_cents": 5}]}'])
def test_a_case_that_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    path = tmp_path / "case.json"
    path.write_text(text)
    result = ask("explain", str(path), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "case.json" in result.stderr


def test_check_the_shipped_rules() -> None:
    found = answer("check", str(SHIPPED))
    assert (found["ok"], found["errors"], found["warnings"]) == (True, [], [])
    assert found["tiers"] == ["surgical", "aesthetic", "restorative", "add-on"]
    assert ask("check").exit_code == 0


def test_check_prints_every_mistake_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "tiers.yaml"
    text = (SHIPPED / "base" / "tiers.yaml").read_text()
    path.write_text(text.replace("first_offer: 15 min", "frist_offer: 15 min").replace("D7111, D7140", "D7111, D7141"))
    result = ask("check", str(path), "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    hints = {error["hint"]: error for error in reversed(found["errors"])}
    assert {"did you mean first_offer?", "did you mean D7140?"} <= set(hints)
    assert hints["did you mean first_offer?"]["file"] == str(path)
    assert f"{path}:{hints['did you mean first_offer?']['line']}:5: error:" in result.stderr


def test_check_a_whole_folder_with_layers(tmp_path: Path) -> None:
    for layer in ("organisation", "locations/boise"):
        (tmp_path / layer).mkdir(parents=True)
    (tmp_path / "organisation" / "a.yaml").write_text("tiers: {surgical: {priority: 7}}")
    (tmp_path / "locations" / "boise" / "b.yaml").write_text("tiers: {surgicl: {priority: 2}}")
    messages = " ".join(error["message"] for error in answer("check", str(tmp_path))["errors"])
    assert "priority 7" in messages
    assert "surgicl can never match" in messages


def test_check_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = ask("check", str(tmp_path / "none"), "--json")
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (1, False)


def test_a_fee_schedule_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation" / "a.yaml").write_text("tiers: {add-on: {match: [{codes: [D1351]}]}}")
    codes = tmp_path / "codes.txt"
    codes.write_text("D2740\nD6010\n")
    found = answer("check", str(tmp_path), "--codes", str(codes))
    assert ["D1351 is not in the fee schedule" in error["message"] for error in found["errors"]] == [True]


@pytest.mark.parametrize(
    ("words", "allowed", "later"),
    [
        (["--zone", "America/Boise", "--at", "2026-11-23T20:05:00-07:00"], False, "2026-11-24T16:00:00Z"),
        (["--zone", "America/Boise", "--at", "2026-11-23T12:00:00-07:00"], True, "2026-11-23T19:00:00Z"),
        (["--zone", "America/Boise", "--at", "2026-11-23T12:00"], True, "2026-11-23T19:00:00Z"),
        (["--state", "RI", "--at", "2026-11-23T23:30:00Z"], False, "2026-11-24T14:00:00Z"),
        (
            ["--zone", "America/New_York", "--phone", "+12085550142", "--at", "2026-11-23T15:00:00Z"],
            False,
            "2026-11-23T17:00:00Z",
        ),
        (["--zone", "America/Boise", "--at", "2026-11-23T03:00:00-07:00", "--answer"], True, "2026-11-23T10:00:00Z"),
        (["--zone", "America/Boise", "--at", "2026-11-23T12:00:00-07:00", "--opted-out"], False, None),
        (
            ["--zone", "America/Boise", "--at", "2026-11-23T12:00:00-07:00", "--sent", "2026-11-23T10:00:00-07:00"],
            False,
            "2026-11-24T17:00:00Z",
        ),
    ],
)
def test_contact(words: list[str], allowed: bool, later: str | None) -> None:
    found = answer("contact", *words)
    assert set(found) == {"allowed", "next_allowed", "rule", "local_time"}
    assert (found["allowed"], found["next_allowed"]) == (allowed, later)


@pytest.mark.parametrize(
    "words",
    [
        ["--zone", "Mars/Base", "--at", "2026-11-23T12:00:00Z"],
        ["--zone", "America/Boise", "--at", "noon"],
        ["--phone", "12", "--at", "2026-11-23T12:00:00Z"],
        ["--state", "XX", "--at", "2026-11-23T12:00:00Z"],
    ],
)
def test_a_question_that_cannot_be_read_is_refused(words: list[str]) -> None:
    result = ask("contact", *words, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")


@pytest.mark.parametrize("phone", ["+442079460142", "+525555550142", "+14165550142", "+12425550142"])
def test_a_number_from_abroad_is_refused_whatever_zone_is_said(phone: str) -> None:
    result = ask("contact", "--zone", "America/Boise", "--phone", phone, "--at", "2026-11-23T12:00:00-07:00", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{phone!r} is no US number, and only US numbers are texted" in result.stderr


@pytest.mark.parametrize("phone", ["+12085550142", "+16715550142", "+17875550142", "+18005550142"])
def test_numbers_of_states_territories_and_toll_free_ones_are_american(phone: str) -> None:
    assert answer("contact", "--zone", "America/Boise", "--phone", phone, "--at", "2026-11-23T03:00:00Z")["rule"]


def test_simulate_diff_schema_and_preview(tmp_path: Path) -> None:
    changed = tmp_path / "tiers.yaml"
    text = (SHIPPED / "base" / "tiers.yaml").read_text()
    changed.write_text(text.replace("at_least: $500", "at_least: $700").replace("deposit: $500,", "deposit: $700,"))
    plans = tmp_path / "plans.csv"
    plans.write_text("plan_id,accepted_at,code,fee,minutes\np1,2026-10-05T15:00:00Z,D6010,2380,120\n")
    found = answer("simulate", str(changed), "--csv", str(plans))
    assert (found["deposit_cents"]["old"], found["deposit_cents"]["new"]) == (50_000, 70_000)
    assert "$500.00 → $700.00 (p1)" in ask("simulate", str(changed), "--csv", str(plans)).stdout
    assert any("was $500, now $700" in line for line in answer("diff", str(SHIPPED), str(changed))["changes"])
    assert answer("schema")["properties"]["tiers"]
    assert answer("preview", "offer", "--language", "es")["texts"]["offer"]["segments"] == 2
    assert "known: " in ask("preview", "ofer").stderr


@pytest.mark.parametrize(
    ("text", "intent", "choice", "urgent"),
    [
        ("2 please", "choose", 2, False),
        ("stpo", "stop", None, False),
        ("I can't stop the bleeding", "person", None, True),
        ("no más mensajes", "stop", None, False),
    ],
)
def test_replies(text: str, intent: str, choice: int | None, urgent: bool) -> None:
    found = json.loads(CliRunner().invoke(replies.app, ["explain", text, "--json"]).stdout)
    assert (found["intent"], found["choice"], found["urgent"]) == (intent, choice, urgent)
    assert found["why"]


def test_replies_count_what_was_offered() -> None:
    result = CliRunner().invoke(replies.app, ["explain", "5", "--offered", "6", "--json"])
    assert json.loads(result.stdout)["choice"] == 5


def test_simulate_without_a_file_tries_the_cases_of_our_own_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAIRTIME_LOCATIONS", str(Path(__file__).parents[2] / "deploy" / "sandbox"))
    parts = build_parts(read_settings())
    implant = PlannedProcedure(id="1", code="D6010", fee_cents=238_000, patient_cents=238_000, pattern="X" * 24)
    case = a_case(location="boise", account="opendental:boise", procedures=(implant,), patient_cents=238_000)
    route = parts.rules.route(
        CaseFacts(location="boise", procedures=(ProcedureFacts(code="D6010", fee_cents=238_000),), at=case.accepted_at)
    )
    parts.stores.cases.add(case)
    parts.stores.cases.update(case.case_id, {"route": route, "tier": route.tier, "path": route.path.value})
    parts.stores.database.close()
    changed = tmp_path / "tiers.yaml"
    text = (SHIPPED / "base" / "tiers.yaml").read_text()
    changed.write_text(text.replace("at_least: $500", "at_least: $700").replace("deposit: $500,", "deposit: $700,"))
    found = answer("simulate", str(changed), "--location", "boise")
    assert (found["deposit_cents"]["old"], found["deposit_cents"]["new"]) == (50_000, 70_000)


def test_explain_names_what_has_to_heal_and_until_when_the_case_sleeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = tmp_path / "rules" / "organisation"
    layer.mkdir(parents=True)
    healing = "healing: [{after: [D7140], wait: 84 days}]"
    (layer / "heal.yaml").write_text(f"tiers: {{surgical: {{openings: {{other_locations: [eagle], {healing}}}}}}}")
    monkeypatch.setenv("CHAIRTIME_RULES", str(tmp_path / "rules"))
    done = [{"code": "D7140", "day": "2026-11-20"}]
    case = case_file(tmp_path, at="2026-11-23T19:00:00Z", zone="America/Boise", done=done)
    found = answer("explain", case)
    assert found["earliest"] == "2027-02-12T07:00:00Z"
    assert found["start_at"] == "2026-12-29T07:00:00Z"
    assert (found["other_provider"], found["other_locations"]) == (True, ["eagle"])
    texts = {reason["value"]: (reason["text"], reason["line"]) for reason in found["reasons"]}
    assert texts["earliest"] == ("no opening before Feb 12, 2027: 84 days after D7140 of Nov 20, 2026", 1)
    assert texts["other_locations"] == ("when the own office has none: eagle", 1)


def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    result = ask("explain", case_file(tmp_path, zone="America/Boyse"))
    assert (result.exit_code, "'America/Boyse' is no time zone" in result.stderr) == (2, True)


def test_check_refuses_an_office_with_records_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAIRTIME_LOCATIONS", str(Path(__file__).parents[2] / "deploy" / "sandbox"))
    layer = tmp_path / "rules" / "locations" / "boise"
    layer.mkdir(parents=True)
    (layer / "own.yaml").write_text("tiers: {surgical: {openings: {other_locations: [phoenix]}}}")
    found = answer("check", str(tmp_path / "rules"))
    assert [error["message"] for error in found["errors"]] == [
        "phoenix cannot take patients of boise: it keeps records of its own"
    ]
