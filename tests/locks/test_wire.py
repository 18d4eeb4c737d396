"""What open cases carry in their histories is not changed under them."""

import json
from typing import Any

from tests.locks.wire import LOCK, current

HOW = "if nothing was removed or changed, run `python -m tests.locks.wire` and commit the file"


def locked() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(LOCK.read_text("utf-8"))
    return found


def test_no_activity_or_workflow_lost_its_name() -> None:
    for kind in ("activities", "workflows"):
        gone = set(locked()[kind]) - set(current()[kind])
        assert not gone, f"{sorted(gone)} {kind} are in the histories of open cases; keep their names"


def test_no_field_was_removed_or_changed() -> None:
    now = current()["models"]
    for model, fields in locked()["models"].items():
        assert model in now, f"{model} is gone; open cases still carry it"
        for name, was in fields.items():
            assert name in now[model], f"{model}.{name} is gone; open cases still carry it: keep it, with a default"
            assert _widened(was, now[model][name]), f"{model}.{name} changed from {was} to {now[model][name]}"


def test_a_new_field_has_a_default() -> None:
    now = current()["models"]
    for model, fields in locked()["models"].items():
        for name in set(now.get(model, {})) - set(fields):
            assert not now[model][name]["required"], f"{model}.{name} is new and needs a default"


def test_the_lock_knows_everything() -> None:
    assert locked()["activities"] == current()["activities"], HOW
    assert locked()["workflows"] == current()["workflows"], HOW
    unknown = set(current()["models"]) - set(locked()["models"])
    assert not unknown, f"not locked yet: {sorted(unknown)}; {HOW}"
    for model, fields in current()["models"].items():
        assert set(fields) == set(locked()["models"][model]), f"{model} has new fields; {HOW}"


def _widened(was: Any, now: Any) -> bool:
    """The same type, perhaps with more enum values or fields inside; what was optional stays so."""
    if now["required"] and not was["required"]:
        return False
    return _holds(was["schema"], now["schema"])


def _holds(was: Any, now: Any) -> bool:
    if isinstance(was, dict) and isinstance(now, dict):
        return all(key == "required" or (key in now and _holds(value, now[key])) for key, value in was.items())
    if isinstance(was, list) and isinstance(now, list):
        return all(any(_holds(one, other) for other in now) for one in was)
    return bool(was == now)
