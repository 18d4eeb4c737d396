"""Secret references of a location file: ``env:NAME`` and ``file:PATH``, resolved when a connector is built."""

from collections.abc import Mapping
from pathlib import Path

from domain.location import VendorBlock


class ConfigurationError(Exception):
    """A location file cannot be used as it is: says where, what, and how to mend it."""


def resolve_block(block: VendorBlock, where: str, environment: Mapping[str, str]) -> dict[str, object]:
    """The vendor's own keys with every reference replaced. ``where`` names the block: "location boise, pms".

    Raises ConfigurationError naming the key, never the value.
    """
    extra = block.model_extra or {}
    return {name: _resolved(value, f"{where}.{name}", environment) for name, value in extra.items()}


def _resolved(value: object, where: str, environment: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    kind, _, name = value.partition(":")
    if kind == "env":
        return _from_environment(name, where, environment)
    if kind == "file":
        return _from_file(name, where)
    return value


def _from_environment(name: str, where: str, environment: Mapping[str, str]) -> str:
    found = environment.get(name, "").strip()
    if not found:
        raise ConfigurationError(f"{where}: the environment variable {name} is not set; set it, or use file:PATH")
    return found


def _from_file(path: str, where: str) -> str:
    try:
        found = Path(path).expanduser().read_text(encoding="utf-8").strip()
    except OSError as missing:
        raise ConfigurationError(f"{where}: the file {path} cannot be read ({missing.strerror})") from missing
    if not found:
        raise ConfigurationError(f"{where}: the file {path} is empty; put the secret into it")
    return found
