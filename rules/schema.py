"""JSON Schema of a rule file, for editors that complete and check while one types."""

from typing import Any

from rules.language import FILE


def json_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chairtime rules",
        "description": "One file of the rules folder; docs/rules.md explains every key.",
        **FILE.schema(),
    }
