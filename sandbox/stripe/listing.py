"""Stripe's lists (cursors, `created` filters) and `expand`."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.account import Account, Params
from sandbox.stripe.errors import bad_parameter
from sandbox.stripe.ledger import StripeObject

CURSORS = ("limit", "starting_after", "ending_before", "created")
DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100


def page(account: Account, url: str, kind: str, params: Params, where: Params | None = None) -> StripeObject:
    """A list answer; parameters other than cursors are equalities on fields unless `where` replaces them."""
    limit = params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= LARGEST_LIMIT:
        raise bad_parameter(f"Invalid limit: must be between 1 and {LARGEST_LIMIT}", param="limit")
    created = params.get("created") or {}
    filters = {key: value for key, value in params.items() if key not in CURSORS} if where is None else where
    before, after = params.get("ending_before"), params.get("starting_after")
    found = account.ledger.page(
        kind,
        filters,
        created={"gte": created, "lte": created} if isinstance(created, int) else created,
        before=before,
        after=after,
        limit=limit + 1,
    )
    data = found[-limit:] if before else found[:limit]
    return as_list(url, data, has_more=len(found) > limit)


def as_list(url: str, data: list[Any], *, has_more: bool = False) -> StripeObject:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def expand(account: Account, answer: StripeObject, paths: list[str]) -> StripeObject:
    """The answer with ids replaced by their objects along each path, such as `payment_intent.latest_charge`.

    Raises ParameterError for a path that leads to nothing expandable.
    """
    for path in paths:
        _expand(account, answer, path.split("."), path)
    return answer


def _expand(account: Account, node: Any, segments: list[str], path: str) -> None:
    if isinstance(node, list):
        for each in node:
            _expand(account, each, segments, path)
        return
    if not segments or node is None:
        return
    name, *rest = segments
    hidden = f"_{name}"
    if name not in node and hidden not in node:
        raise bad_parameter(
            f"This property cannot be expanded ({path}).", code="property_not_expandable", param="expand"
        )
    if hidden in node:
        node[name] = node[hidden]
    elif isinstance(node[name], str):
        node[name] = account.ledger.get(node[name]) or node[name]
    _expand(account, node[name], rest, path)
