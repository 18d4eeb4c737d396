"""What a rule set must satisfy as a whole."""

from collections.abc import Collection

from rules.errors import Problems
from rules.model import RuleSet


def examine(rule_set: RuleSet, below: RuleSet | None, problems: Problems, fee_codes: Collection[str] | None) -> None:
    """Every check on a rule set that was read; ``below`` is the same without its top layer."""
