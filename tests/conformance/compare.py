"""Comparing what a case expects with what the product answered: every expected key, cents exactly."""

import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

CENT = Decimal("0.01")
_GREATER = "_greater_than"
_LESS = "_less_than"


class AnyOf(tuple[object, ...]):
    """Answers that say the same in different shapes, such as charges by period or one by one; one must agree."""

    __slots__ = ()


def differences(expected: object, actual: object, within: Decimal = Decimal(0), path: str = "") -> list[str]:
    """What is different, a line each; empty when all agrees. `within` loosens amounts of money only."""
    if isinstance(actual, AnyOf):
        return min((differences(expected, each, within, path) for each in actual), key=len)
    if isinstance(expected, Mapping):
        return _mapping(expected, actual, within, path)
    if isinstance(expected, list):
        return _list(expected, actual, within, path)
    if _same(expected, actual, within):
        return []
    return [f"{path}: expected {expected!r}, got {_shown(actual)}"]


def _mapping(expected: Mapping[str, object], actual: object, within: Decimal, path: str) -> list[str]:
    if not isinstance(actual, Mapping):
        return [f"{path}: expected {expected!r}, got {_shown(actual)}"]
    found: list[str] = []
    for key, value in expected.items():
        at = f"{path}.{key}" if path else key
        name, relation = _relation(key)
        given = _answer(name, actual)
        if given is _NOTHING:
            found.append(f"{at}: expected {value!r}, but the product gives no {name!r}")
        elif relation:
            found += _compare_order(value, given, relation, at)
        else:
            found += differences(value, given, within, at)
    return found


_NOTHING = object()


def _answer(name: str, actual: Mapping[str, object]) -> object:
    """The fact of this name; or, when there is none, what the name itself says of another: `x_derived` is x,
    `x_cents` is x in cents, `number_of_x` and `x_count` say how many x there are."""
    if name in actual:
        return actual[name]
    if name.removesuffix("_derived") in actual:
        return actual[name.removesuffix("_derived")]
    if name.endswith("_cents") and isinstance(amount := actual.get(name.removesuffix("_cents")), Decimal):
        return amount * 100
    counted = actual.get(name.removeprefix("number_of_").removesuffix("_count"), _NOTHING)
    if isinstance(counted, AnyOf):
        return AnyOf({each if isinstance(each, int) else len(each) for each in counted if isinstance(each, int | list)})
    return len(counted) if isinstance(counted, list | tuple) else _NOTHING


def _list(expected: list[object], actual: object, within: Decimal, path: str) -> list[str]:
    if not isinstance(actual, list | tuple):
        return [f"{path}: expected a list, got {_shown(actual)}"]
    if len(expected) != len(actual):
        return [f"{path}: expected {len(expected)} entries, got {len(actual)}: {_shown(actual)}"]
    pairs = zip(expected, actual, strict=True)
    return [line for at, (one, other) in enumerate(pairs) for line in differences(one, other, within, f"{path}[{at}]")]


def _relation(key: str) -> tuple[str, str]:
    for suffix in (_GREATER, _LESS):
        if key.endswith(suffix):
            return key.removesuffix(suffix), suffix
    return key, ""


def _compare_order(bound: object, actual: object, relation: str, path: str) -> list[str]:
    one, other = _number(actual), _number(bound)
    if one is None or other is None:
        return [f"{path}: expected a number beyond {bound!r}, got {_shown(actual)}"]
    holds = one > other if relation == _GREATER else one < other
    return [] if holds else [f"{path}: got {actual}"]


def _same(expected: object, actual: object, within: Decimal) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool) or expected is None or actual is None:
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float | Decimal):
        if isinstance(actual, float):
            return math.isclose(expected, actual, rel_tol=1e-12, abs_tol=1e-15)
        gap = abs(Decimal(str(expected)) - actual)
        return gap <= (within if isinstance(actual, Decimal) else 0)
    if isinstance(expected, str) and isinstance(actual, Decimal):
        number = _number(expected)
        return number is not None and abs(number - actual) <= within
    return str(expected) == str(actual)


def _number(value: object) -> Decimal | None:
    """A number, or a text such as `"$1,234.50"` or `"12 %"`; None for anything else."""
    text = str(value).replace("$", "").replace(",", "").removesuffix("%").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return repr(value)
