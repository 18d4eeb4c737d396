"""Rule files on disk: a folder with layers, a plain folder of files, or one file."""

from dataclasses import dataclass
from pathlib import Path

from rules.errors import RuleError, RuleErrors

SHIPPED = Path(__file__).parent
"""The folder that the product ships: its ``base/`` fills in for what a rules folder leaves out."""

LAYERS = ("base", "organisation", "locations")
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Found:
    """Rule texts by layered name (``base/tiers.yaml``), and where each came from."""

    texts: dict[str, str]
    sources: dict[str, str]


def find_files(path: Path) -> Found:
    """The rule files at ``path``, nothing filled in. Raises RuleErrors when there are none or one cannot be read."""
    if path.is_dir() and any((path / layer).is_dir() for layer in LAYERS):
        paths = {each.relative_to(path).as_posix(): each for layer in LAYERS for each in _yaml_under(path / layer)}
    elif path.is_dir():
        paths = {f"base/{each.name}": each for each in _yaml_under(path)}
    elif path.is_file():
        root = _root_of_layer(path)
        if root is not None:
            return find_files(root)
        paths = {f"base/{path.name}": path}
    else:
        raise RuleErrors([RuleError(str(path), 1, 1, "there is no such file or folder", "give a rule file or folder")])
    if not paths:
        raise RuleErrors([RuleError(str(path), 1, 1, "there are no rule files here", "rule files end in .yaml")])
    return Found({name: _read(each) for name, each in paths.items()}, {name: str(each) for name, each in paths.items()})


def shipped_base() -> dict[str, str]:
    """The base layer of the product."""
    return {f"base/{each.name}": _read(each) for each in _yaml_under(SHIPPED / "base")}


def _yaml_under(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.suffix in _SUFFIXES and each.is_file())


def _root_of_layer(path: Path) -> Path | None:
    """The rules folder of a file in an upper layer, which says nothing without the layers below."""
    folder = path.resolve().parent
    if folder.name == "organisation":
        return folder.parent
    return folder.parent.parent if folder.parent.name == "locations" else None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        fault = RuleError(str(path), 1, 1, "this file is not UTF-8 text", "save it as UTF-8")
        raise RuleErrors([fault]) from wrong
