"""Two versions of the rules, or two routes of one case, compared in words."""

from collections.abc import Iterator, Mapping
from datetime import date

from domain.money import format_usd
from domain.route import Route
from rules.errors import Place, Problems
from rules.loading import merged_tree
from rules.nodes import Entries, Items, Node, Text

_NAMED_BY = ("name", "owner", "why")
_QUIET = frozenset({"examples"})


def diff(old: Mapping[str, str], new: Mapping[str, str], location: str, on: date) -> list[str]:
    """What differs between two sets of rule files for a location on a day, a sentence each; the order is the rules'."""
    before, after = (merged_tree(files, location, on, Problems()) for files in (old, new))
    return list(_changes(before, after, ""))


def _changes(old: Entries, new: Entries, path: str) -> Iterator[str]:
    for key in dict.fromkeys((*old.entries, *new.entries)):
        if not path and key in _QUIET:
            continue
        here = f"{path} › {key}" if path else key
        before, after = old.get(key), new.get(key)
        if before is None and after is not None:
            yield f"{here}: new, {_spoken(after)}{_where(after.at)}"
        elif before is not None and after is None:
            yield f"{here}: gone, was {_spoken(before)}"
        elif before is not None and after is not None:
            yield from _changed(before, after, here)
    kept = [key for key in old.entries if key in new.entries]
    if path == "tiers" and kept != [key for key in new.entries if key in old.entries]:
        yield f"{path}: tried in another order, now {', '.join(new.entries)}"


def _changed(old: Node, new: Node, path: str) -> Iterator[str]:
    if isinstance(old, Entries) and isinstance(new, Entries):
        yield from _changes(old, new, path)
    elif isinstance(old, Items) and isinstance(new, Items):
        yield from _list_changes(old, new, path)
    elif _spoken(old) != _spoken(new):
        yield f"{path}: was {_spoken(old)}, now {_spoken(new)}{_where(new.at)}"


def _list_changes(old: Items, new: Items, path: str) -> Iterator[str]:
    before, after = _keyed(old), _keyed(new)
    added = [key for key in after if key not in before]
    gone = [key for key in before if key not in after]
    if added:
        yield f"{path}: added {', '.join(added)}{_where(after[added[0]].at)}"
    if gone:
        yield f"{path}: removed {', '.join(gone)}"
    for key in before.keys() & after.keys():
        yield from _changed(before[key], after[key], f"{path} › {key}")


def _keyed(items: Items) -> dict[str, Node]:
    """Items by their name, or by their words when they have none."""
    return {_name(item): item for item in items.items}


def _name(item: Node) -> str:
    if isinstance(item, Entries):
        for key in _NAMED_BY:
            node = item.get(key)
            if isinstance(node, Text):
                return node.text
    return _spoken(item)


def _spoken(node: Node) -> str:
    if isinstance(node, Text):
        return f'"{node.text}"' if len(node.text) > 40 else node.text
    if isinstance(node, Items):
        return ", ".join(_spoken(item) for item in node.items) or "nothing"
    return "; ".join(f"{entry.key.text} {_spoken(entry.value)}" for entry in node)


def _where(at: Place) -> str:
    return f" ({at.file}:{at.line})"


def route_changes(old: Route, new: Route) -> list[str]:
    """What a case would feel, a sentence each; empty when nothing changes."""
    pairs = [
        ("tier", old.tier, new.tier),
        ("path", old.path.value, new.path.value),
        ("deposit", format_usd(old.deposit_cents), format_usd(new.deposit_cents)),
        ("minutes", old.minutes, new.minutes),
        ("provider", old.provider_type, new.provider_type),
        ("first offer, minutes", old.first_offer_minutes, new.first_offer_minutes),
        ("follow-up", _steps(old), _steps(new)),
        ("to a person after, hours", old.escalate_after_hours, new.escalate_after_hours),
        ("owners", [step.owner for step in old.owners], [step.owner for step in new.owners]),
        ("another provider", _yes(old.other_provider), _yes(new.other_provider)),
        ("other locations", list(old.other_locations), list(new.other_locations)),
        ("no opening before", old.earliest, new.earliest),
        ("approvals", [each.name for each in old.approvals], [each.name for each in new.approvals]),
    ]
    return [f"{name}: {_said(before)} → {_said(after)}" for name, before, after in pairs if before != after]


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _steps(route: Route) -> list[str]:
    return [f"{step.name} at {step.after_minutes // 60} h by {step.channel}" for step in route.steps]


def _said(value: object) -> str:
    return ", ".join(str(each) for each in value) or "none" if isinstance(value, list) else str(value) or "none"
