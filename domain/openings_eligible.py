"""Who may do a visit and in which chairs."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.people import Operatory, Provider, ProviderKind

_SURGERY_WORDS = ("surg", "oral s", "implant")


class Eligible(NamedTuple):
    """Provider ids and chairs that fit a visit; empty means nobody, or nowhere."""

    providers: tuple[str, ...]
    operatories: tuple[Operatory, ...]


def eligible(
    providers: Sequence[Provider],
    operatories: Sequence[Operatory],
    *,
    kind: ProviderKind | None = None,
    hygiene: bool = False,
    preferred: Sequence[str] = (),
) -> Eligible:
    """Providers of the right kind and chairs of the right sort; hidden ones are out.

    ``kind`` None: anybody but hygienists, or on a hygiene visit hygienists. When somebody of ``preferred`` is among
    them, they alone are returned: to search with another provider, ask again without ``preferred``.
    An office that marks no chair as hygiene (or as surgery, by its name) uses any chair for such visits.
    """
    hygiene = hygiene or kind is ProviderKind.HYGIENIST
    fitting = [p.id for p in providers if not p.hidden and _may_do(p.kind, kind, hygiene)]
    wanted = [one for one in preferred if one in fitting]
    return Eligible(tuple(wanted or fitting), _chairs(operatories, kind, hygiene))


def _may_do(kind: ProviderKind, wanted: ProviderKind | None, hygiene: bool) -> bool:
    if hygiene:
        return kind is ProviderKind.HYGIENIST
    if wanted is None:
        return kind is not ProviderKind.HYGIENIST
    return kind is wanted


def _chairs(operatories: Sequence[Operatory], kind: ProviderKind | None, hygiene: bool) -> tuple[Operatory, ...]:
    shown = tuple(chair for chair in operatories if not chair.hidden)
    chairs = tuple(chair for chair in shown if chair.hygiene == hygiene) or shown
    if hygiene or kind is not ProviderKind.SURGEON:
        return chairs
    return tuple(chair for chair in chairs if _for_surgery(chair)) or chairs


def _for_surgery(chair: Operatory) -> bool:
    return any(word in chair.name.casefold() for word in _SURGERY_WORDS)
