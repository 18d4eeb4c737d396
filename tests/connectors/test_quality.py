"""Every vendor answers every rule of the scorecard, and each proof is a test that exists."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from connectors.registry import MESSAGING, PAYMENTS, PMS

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)


def rules() -> set[str]:
    scorecard = (ROOT / "docs" / "connectors.md").read_text().split("## The scorecard")[1]
    return set(RULE.findall(scorecard))


def test_there_is_a_scorecard() -> None:
    assert len(rules()) == 17


@pytest.mark.parametrize("vendor", sorted({*PMS, *MESSAGING, *PAYMENTS}))
def test_every_rule_is_answered(vendor: str) -> None:
    answers = YAML(typ="safe").load(ROOT / "connectors" / vendor / "quality.yaml")
    assert set(answers) == rules()
    for rule, answer in answers.items():
        assert list(answer) in (["done"], ["exempt"]), rule
        if "done" in answer:
            path, _, name = answer["done"].partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(), f"{vendor}: {rule}: no test {answer['done']}"
        else:
            assert len(answer["exempt"]) > 10, f"{vendor}: {rule}: an exemption needs its reason"
