"""Everything that stands in the histories of open cases: wire models and the names of workflows and activities.

``python -m tests.locks.wire`` writes the lock anew; do that after adding a model, a field with a default, or an
activity, and never to let a removed or changed one pass: open cases still carry it.
"""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, TypeAdapter

import activities
import workflows.contracts
from workflows.registry import WORKFLOWS

LOCK = Path(__file__).parent / "wire.json"


def models() -> dict[str, dict[str, Any]]:
    """Model -> field -> its JSON schema and whether it must be given."""
    return {name: dict(sorted(_fields(model))) for name, model in sorted(_models())}


def activity_names() -> list[str]:
    found = set()
    for module in _modules(activities):
        for _, owner in inspect.getmembers(module, inspect.isclass):
            for _, member in inspect.getmembers(owner, inspect.isfunction):
                definition = getattr(member, "__temporal_activity_definition", None)
                if definition is not None:
                    found.add(definition.name)
    return sorted(found)


def workflow_names() -> list[str]:
    return sorted(getattr(each, "__temporal_workflow_definition").name for each in WORKFLOWS)


def current() -> dict[str, Any]:
    return {"activities": activity_names(), "workflows": workflow_names(), "models": models()}


def _models() -> Iterator[tuple[str, type[BaseModel]]]:
    for package in (activities, workflows.contracts):
        for module in _modules(package):
            for name, found in inspect.getmembers(module, inspect.isclass):
                if issubclass(found, BaseModel) and found.__module__ == module.__name__ and not name.startswith("_"):
                    yield f"{module.__name__}.{name}", found


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        schema = TypeAdapter(kind).json_schema()
        yield name, {"required": field.is_required(), "schema": _without_words(schema)}


def _without_words(schema: Any) -> Any:
    """Descriptions and titles are not on the wire."""
    if isinstance(schema, dict):
        return {k: _without_words(v) for k, v in sorted(schema.items()) if k not in ("description", "title")}
    return [_without_words(v) for v in schema] if isinstance(schema, list) else schema


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


if __name__ == "__main__":
    LOCK.write_text(json.dumps(current(), indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"written: {LOCK.name}")
