"""Settings and location files: every mistake is named, with its place and its mend."""

from pathlib import Path

import pytest

from runtime.locations import LocationFileError, read_locations
from runtime.settings import Settings, SettingsError, read_settings

SHIPPED = Path(__file__).parents[2] / "deploy" / "sandbox"


def test_a_wrong_setting_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAIRTIME_WEB_PORT", "eighty")
    monkeypatch.setenv("CHAIRTIME_TEMPORAL_TLS", "perhaps")
    with pytest.raises(SettingsError) as wrong:
        read_settings()
    assert "CHAIRTIME_WEB_PORT" in str(wrong.value)
    assert "'eighty'" in str(wrong.value)
    assert "CHAIRTIME_TEMPORAL_TLS" in str(wrong.value)


def test_a_port_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAIRTIME_WEB_PORT", "70000")
    with pytest.raises(SettingsError, match="CHAIRTIME_WEB_PORT"):
        read_settings()


def test_the_defaults_are_the_contract_s() -> None:
    settings = Settings(_env_file=None)
    assert (settings.web_port, settings.sandbox_port, str(settings.home)) == (8700, 8701, ".chairtime")
    assert settings.url == "http://127.0.0.1:8700"
    assert settings.database.startswith("sqlite:///")


def test_the_shipped_locations_are_right() -> None:
    book = read_locations(SHIPPED)
    assert sorted(each.key for each in book.all()) == ["boise", "phoenix", "portland", "scottsdale", "tempe"]
    assert {str(each.tz) for each in book.all()} == {"America/Boise", "America/Phoenix", "America/Los_Angeles"}


def edited(folder: Path, old: str, new: str) -> Path:
    text = (SHIPPED / "boise.yaml").read_text("utf-8")
    assert old in text
    (folder / "boise.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("zone: America/Boise\n", "", "the key zone is missing; add it"),
        ("zone: America/Boise", "zone: America/Boisee", "America/Boisee"),
        ("kind: dental", "kind: dental\ncolour: blue", "unknown key colour"),
        ("default_owner: paula", "default_owner: pablo", "pablo"),
        ("state: ID", "state: Idaho", "state"),
        ("key: boise", "key: Boise!", "key"),
        ("zone: America/Boise", "zone: [", "not YAML"),
    ],
)
def test_a_mistake_in_a_location_file_is_named_with_the_file(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(LocationFileError) as wrong:
        read_locations(edited(tmp_path, old, new))
    assert "boise.yaml" in str(wrong.value)
    assert says in str(wrong.value)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    edited(tmp_path, "zone: America/Boise\nstate: ID\n", "")
    with pytest.raises(LocationFileError) as wrong:
        read_locations(tmp_path)
    assert len(str(wrong.value).splitlines()) == 2


def test_no_folder_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(LocationFileError, match="CHAIRTIME_LOCATIONS"):
        read_locations(tmp_path / "nowhere")
    with pytest.raises(LocationFileError, match="no location file"):
        read_locations(tmp_path)


def test_two_files_of_one_key(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text((SHIPPED / "boise.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(LocationFileError, match="'boise'"):
        read_locations(tmp_path)
