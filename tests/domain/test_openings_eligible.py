"""Right provider, right chair."""

import pytest

from domain.openings import eligible
from domain.people import Operatory, Provider, ProviderKind

DENTIST = Provider(id="d", name="Dr. Ada", kind=ProviderKind.DENTIST)
SECOND = Provider(id="e", name="Dr. Eve", kind=ProviderKind.DENTIST)
SURGEON = Provider(id="s", name="Dr. Sol", kind=ProviderKind.SURGEON)
HYGIENIST = Provider(id="h", name="Hal", kind=ProviderKind.HYGIENIST)
GONE = Provider(id="g", name="Dr. Gone", kind=ProviderKind.DENTIST, hidden=True)
STAFF = (DENTIST, SECOND, SURGEON, HYGIENIST, GONE)

PLAIN = Operatory(id="1", name="Op 1")
CLEANING = Operatory(id="2", name="Hyg 1", hygiene=True)
SURGERY = Operatory(id="3", name="Surgical suite")
CLOSED = Operatory(id="4", name="Op 4", hidden=True)
ROOMS = (PLAIN, CLEANING, SURGERY, CLOSED)


@pytest.mark.parametrize(
    ("kind", "hygiene", "providers", "rooms"),
    [
        (None, False, ("d", "e", "s"), (PLAIN, SURGERY)),
        (ProviderKind.DENTIST, False, ("d", "e"), (PLAIN, SURGERY)),
        (ProviderKind.SURGEON, False, ("s",), (SURGERY,)),
        (None, True, ("h",), (CLEANING,)),
        (ProviderKind.HYGIENIST, False, ("h",), (CLEANING,)),
        (ProviderKind.INJECTOR, False, (), (PLAIN, SURGERY)),
    ],
)
def test_by_kind(
    kind: ProviderKind | None, hygiene: bool, providers: tuple[str, ...], rooms: tuple[Operatory, ...]
) -> None:
    assert eligible(STAFF, ROOMS, kind=kind, hygiene=hygiene) == (providers, rooms)


def test_an_eligible_preferred_provider_is_alone() -> None:
    assert eligible(STAFF, ROOMS, kind=ProviderKind.DENTIST, preferred=("e",)).providers == ("e",)


@pytest.mark.parametrize("preferred", ["g", "h", "nobody"])
def test_a_preferred_provider_who_cannot_do_it_is_ignored(preferred: str) -> None:
    assert eligible(STAFF, ROOMS, kind=ProviderKind.DENTIST, preferred=(preferred,)).providers == ("d", "e")


def test_an_office_that_marks_no_chairs_uses_any() -> None:
    assert eligible(STAFF, (PLAIN,), hygiene=True).operatories == (PLAIN,)
    assert eligible(STAFF, (PLAIN,), kind=ProviderKind.SURGEON).operatories == (PLAIN,)
    assert eligible(STAFF, (CLOSED,)).operatories == ()
