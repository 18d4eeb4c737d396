"""Checks a request against the stripe package's own parameter types: what Stripe does not know is refused.

The package describes each call as a TypedDict (`SessionCreateParams` and its nested classes); its annotations are read
here as the schema. An empty string where the type allows `Literal['']` unsets the field and becomes None.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, ForwardRef, Literal, NotRequired, Union, get_args, get_origin

from stripe import RequestOptions
from typing_extensions import is_typeddict

from sandbox.stripe.errors import ParameterError, bad_parameter

_OPTIONS = frozenset(RequestOptions.__annotations__)
_WITHDRAWN = {"payment_method_types": "payment_method_types_no_longer_supported"}
"""Gone since API 2026-09-30.endive (Stripe's changelog); `allowed_payment_method_types` took its place."""


def check(schema: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """The typed parameters of one call.

    Raises ParameterError with Stripe's codes: `parameter_unknown`, `parameter_missing`, `parameter_invalid_integer`,
    `parameter_invalid_empty`, or none for a wrong enumeration value or shape.
    """
    return _read_dict(schema, given, "")


@cache
def fields(schema: type) -> dict[str, tuple[Any, bool]]:
    """Each parameter's annotation and whether it must be given; the client's own request options are left out."""
    annotations = {key: value for key, value in schema.__annotations__.items() if key not in _OPTIONS}
    return {key: _unwrap(_resolve(value, schema.__module__), schema.__module__) for key, value in annotations.items()}


def _unwrap(hint: Any, module: str) -> tuple[Any, bool]:
    if get_origin(hint) is NotRequired:
        return _resolve(get_args(hint)[0], module), False
    return hint, True


@cache
def _resolve(hint: Any, module: str) -> Any:
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        return eval(hint, vars(sys.modules[module]))  # the text of the installed stripe package
    return hint


def _read_dict(schema: type, given: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise bad_parameter("Invalid object", param=path)
    known = fields(schema)
    for key in given:
        if key not in known:
            raise _unknown(_join(path, key))
    for key, (_, required) in known.items():
        if required and key not in given:
            name = _join(path, key)
            raise bad_parameter(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return {key: _read(known[key][0], value, _join(path, key), schema.__module__) for key, value in given.items()}


def _unknown(name: str) -> ParameterError:
    code = _WITHDRAWN.get(name, "parameter_unknown")
    return bad_parameter(f"Received unknown parameter: {name}", code=code, param=name)


def _join(path: str, key: str) -> str:
    return f"{path}[{key}]" if path else key


def _read(hint: Any, value: Any, path: str, module: str) -> Any:
    hint = _resolve(hint, module)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(hint), value, path, module)
    if origin is Literal:
        return _read_choice(get_args(hint), value, path)
    if origin is list:
        return _read_list(get_args(hint)[0], value, path, module)
    if origin is dict:
        return _read_map(value, path)
    if is_typeddict(hint):
        return _read_dict(hint, value, path)
    return _read_scalar(hint, value, path)


def _read_union(options: tuple[Any, ...], value: Any, path: str, module: str) -> Any:
    resolved = [_resolve(option, module) for option in options]
    choices = [choice for option in resolved if get_origin(option) is Literal for choice in get_args(option)]
    if value == "" and ("" in choices or any(get_origin(option) is dict for option in resolved)):
        return None
    rest = [option for option in resolved if get_origin(option) is not Literal]
    if named := tuple(choice for choice in choices if choice):
        rest = [
            Literal[named],
            *(option for option in rest if option is not str),
        ]  # the `|str` only keeps old SDKs open
    fitting = [option for option in rest if _fits(option, value)] or rest
    for option in fitting[:-1]:
        try:
            return _read(option, value, path, module)
        except ParameterError:
            continue
    return _read(fitting[-1], value, path, module)


def _fits(option: Any, value: Any) -> bool:
    """Whether the option has the shape of the value: a hash, an array or a scalar."""
    if isinstance(value, Mapping):
        return is_typeddict(option) or get_origin(option) is dict
    return (get_origin(option) is list) == isinstance(value, list) and not is_typeddict(option)


def _read_choice(choices: tuple[Any, ...], value: Any, path: str) -> Any:
    by_text = {str(choice): choice for choice in choices}
    if not isinstance(value, str) or value not in by_text:
        *most, last = by_text
        listed = f"{', '.join(most)} or {last}" if most else last
        raise bad_parameter(f"Invalid {path}: must be one of {listed}", param=path)
    return by_text[value]


def _read_list(item: Any, value: Any, path: str, module: str) -> list[Any]:
    if not isinstance(value, list):
        raise bad_parameter("Invalid array", param=path)
    return [_read(item, each, f"{path}[{index}]", module) for index, each in enumerate(value)]


def _read_map(value: Any, path: str) -> dict[str, str]:
    if isinstance(value, list):  # keys that look like numbers came in as a list
        value = {str(index): each for index, each in enumerate(value)}
    if not isinstance(value, Mapping):
        raise bad_parameter("Invalid hash", param=path)
    if len(value) > 50:
        raise bad_parameter("You can only have up to 50 metadata keys", param=path)
    for key, text in value.items():
        if len(key) > 40 or not isinstance(text, str) or len(text) > 500:
            raise bad_parameter(
                "Metadata keys are up to 40 and values up to 500 characters long", param=_join(path, key)
            )
    return dict(value)


def _read_scalar(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise bad_parameter(f"Invalid {'string' if hint is str else 'value'}: {value}", param=path)
    if value == "":
        raise bad_parameter(
            f"You passed an empty string for '{path}', which cannot be unset.",
            code="parameter_invalid_empty",
            param=path,
        )
    if hint is bool:
        return _read_choice((True, False), value.capitalize(), path)
    if hint is int:
        return _read_integer(value, path)
    if hint is float:
        return float(value)
    return value


def _read_integer(value: str, path: str) -> int:
    try:
        return int(value)
    except ValueError:
        message = f"Invalid integer: {value}"
        raise bad_parameter(message, code="parameter_invalid_integer", param=path) from None
