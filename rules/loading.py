"""Reading rule files: the one place that knows YAML and the file system.

Layers lie over each other, base below organisation below location; a file counts only on the days it is in effect.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.reader import ReaderError

from rules.building import build
from rules.checking import examine
from rules.errors import Place, Problems, RuleErrors
from rules.language import DATE
from rules.model import RuleSet
from rules.nodes import Entries, Entry, Items, Node, Text, overlay
from rules.paths import find_files, shipped_base

_PER_FILE = frozenset({"effective_from", "effective_until"})

_NEW_FIRST = frozenset({"tiers"})
"""A higher layer's new tiers are tried before the lower layer's."""


def load_rules(folder: Path, location: str, on: date, fee_codes: Collection[str] | None = None) -> RuleSet:
    """The rules in force for ``location`` on ``on``, from a folder with base/, organisation/ and locations/<key>/.

    ``fee_codes`` are the codes of the practice's own fee schedule. Raises RuleErrors with every mistake.
    """
    return parse_rules(read_files(folder), location, on, fee_codes)


def parse_rules(files: Mapping[str, str], location: str, on: date, fee_codes: Collection[str] | None = None) -> RuleSet:
    """Like ``load_rules``, from texts by file name, e.g. ``{"base/tiers.yaml": "..."}``. Raises RuleErrors."""
    problems = Problems()
    rule_set = assemble(files, location, on, problems, fee_codes)
    if problems.errors:
        raise RuleErrors(problems.errors)
    return rule_set


def assemble(
    files: Mapping[str, str], location: str, on: date, problems: Problems, fee_codes: Collection[str] | None = None
) -> RuleSet:
    """The rule set as far as it can be read; what is wrong goes to ``problems``."""
    root = Entries({}, Place())
    used: dict[str, str] = {}
    below: RuleSet | None = None
    for merged, in_effect in _layers(files, location, on, problems):
        if used:
            below = build(root, Problems(), version="", location=location, on=on)
        root = overlay(root, merged, _NEW_FIRST)
        used |= in_effect
    rule_set = build(root, problems, version=content_hash(used), location=location, on=on)
    examine(rule_set, below, problems, fee_codes)
    return rule_set


def merged_tree(files: Mapping[str, str], location: str, on: date, problems: Problems) -> Entries:
    """The layers in effect laid over each other, before anything is made of them."""
    root = Entries({}, Place())
    for merged, _ in _layers(files, location, on, problems):
        root = overlay(root, merged, _NEW_FIRST)
    return root


def _layers(
    files: Mapping[str, str], location: str, on: date, problems: Problems
) -> Iterator[tuple[Entries, dict[str, str]]]:
    """Each layer that has files in effect, lowest first, with those files."""
    for layer in _layers_of(location):
        own = {name: text for name, text in sorted(files.items()) if name.startswith(layer)}
        merged, in_effect = _merge_layer(own, on, problems)
        if in_effect:
            yield merged, in_effect


def read_files(path: Path) -> dict[str, str]:
    """Rule texts by name, e.g. ``base/tiers.yaml``, from a rules folder, a plain folder or one file.

    The shipped base fills in what its base layer leaves out, all of it when there is no such folder. Raises RuleErrors
    when a file cannot be read.
    """
    return completed(find_files(path).texts if path.exists() else {})


def completed(files: Mapping[str, str]) -> dict[str, str]:
    """The files, and those of the shipped base whose subjects (top-level keys) no file of their base layer touches."""
    own = {name: text for name, text in files.items() if name.startswith("base/")}
    said = {key for name, text in own.items() for key in _subjects(text, name)}
    missing = {name: text for name, text in shipped_base().items() if not _subjects(text, name) & said}
    return {**missing, **files}


def _subjects(text: str, name: str) -> frozenset[str]:
    return frozenset(parse_text(text, name, Problems()).entries) - _PER_FILE - {"examples"}


def locations_in(files: Mapping[str, str]) -> list[str]:
    """Keys of the locations that have rules of their own."""
    return sorted({name.split("/")[1] for name in files if name.startswith("locations/") and name.count("/") > 1})


def content_hash(files: Mapping[str, str]) -> str:
    """Names a rule set by its content, 16 hex digits: the version that every case keeps."""
    content = "\0".join(f"{name}\0{text}" for name, text in sorted(files.items()))
    return sha256(content.encode()).hexdigest()[:16]


def start_days(files: Mapping[str, str]) -> list[date]:
    """The days on which some file begins to count."""
    roots = (parse_text(text, name, Problems()) for name, text in sorted(files.items()))
    found = (DATE.read(node, Problems()) for root in roots if (node := root.get("effective_from")) is not None)
    return sorted({said.value for said in found if said is not None})


def _layers_of(location: str) -> tuple[str, ...]:
    return ("base/", "organisation/", f"locations/{location}/")


def _merge_layer(files: Mapping[str, str], on: date, problems: Problems) -> tuple[Entries, dict[str, str]]:
    merged = Entries({}, Place())
    in_effect: dict[str, str] = {}
    for name, text in files.items():
        root = parse_text(text, name, problems)
        if _in_effect(root, on):
            _refuse_said_twice(merged, root, problems)
            merged = overlay(merged, root)
            in_effect[name] = text
    return merged, in_effect


def _in_effect(root: Entries, on: date) -> bool:
    days = []
    for key in ("effective_from", "effective_until"):
        node = root.get(key)
        said = DATE.read(node, Problems()) if node is not None else None
        days.append(said.value if said else None)
    first, last = days
    return (first is None or first <= on) and (last is None or on <= last)


def _refuse_said_twice(lower: Entries, upper: Entries, problems: Problems, path: str = "") -> None:
    """Two files of one layer never say the same thing: nobody could tell which counts."""
    for key, entry in upper.entries.items():
        old = lower.get(key)
        if old is None or key in _PER_FILE:
            continue
        if isinstance(old, Entries) and isinstance(entry.value, Entries):
            _refuse_said_twice(old, entry.value, problems, f"{path}{key}.")
        elif not (isinstance(old, Items) and isinstance(entry.value, Items) and f"{path}{key}" == "examples"):
            where = f"{old.at.file}:{old.at.line}"
            problems.add(entry.key.at, f"`{path}{key}` is said twice in one layer", f"the other one is at {where}")


@lru_cache(maxsize=256)
def _parsed(text: str, name: str) -> tuple[Entries, Problems]:
    problems = Problems()
    return _compose(text, name, problems), problems


def parse_text(text: str, name: str, problems: Problems) -> Entries:
    """The nodes of one file; an unreadable or empty one is an empty mapping."""
    root, found = _parsed(text, name)
    problems.errors.extend(found.errors)
    return root


def _compose(text: str, name: str, problems: Problems) -> Entries:
    top = Place(name, 1, 1)
    try:
        yaml = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        at = Place(name, mark.line + 1, mark.column + 1) if mark else top
        problems.add(at, f"this is not YAML: {wrong.problem or wrong.context}", "mind the indent, quotes and colons")
        return Entries({}, top)
    except ReaderError as wrong:
        before = text[: wrong.position].split("\n")
        at = Place(name, len(before), len(before[-1]) + 1)
        problems.add(at, "there is a character here that no text may hold", "delete it and type the word again")
        return Entries({}, top)
    if yaml is None:
        return Entries({}, top)
    node = _node(yaml, name, problems)
    if isinstance(node, Entries):
        return node
    problems.add(node.at, "a rule file is made of keys", "start with one of them: tiers:, contact: or templates:")
    return Entries({}, top)


def _node(yaml: YamlNode, name: str, problems: Problems) -> Node:
    at = Place(name, yaml.start_mark.line + 1, yaml.start_mark.column + 1)
    if isinstance(yaml, SequenceNode):
        return Items(tuple(_node(child, name, problems) for child in yaml.value), at)
    if isinstance(yaml, MappingNode):
        return _entries(yaml, at, problems)
    if isinstance(yaml, ScalarNode):
        return Text(str(yaml.value).strip() if yaml.style is None else str(yaml.value), at)
    return Text("", at)


def _entries(yaml: MappingNode, at: Place, problems: Problems) -> Entries:
    entries: dict[str, Entry] = {}
    for yaml_key, yaml_value in yaml.value:
        key = _node(yaml_key, at.file, problems)
        if not isinstance(key, Text):
            problems.add(key.at, "a key is a plain word")
            continue
        if key.text in entries:
            first = entries[key.text].key.at.line
            problems.add(key.at, f"the key `{key.text}` stands twice", f"the first one is in line {first}; keep one")
        entries[key.text] = Entry(key, _node(yaml_value, at.file, problems))
    return Entries(entries, at)
