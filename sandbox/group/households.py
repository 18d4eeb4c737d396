"""Invented patients, made in households: who shares a phone, who answers for whom."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.group.layout import Location, Numbers, names
from sandbox.group.phones import PhoneBook
from sandbox.opendental.resource import Row

SIZES, SIZE_WEIGHTS = (1, 2, 3, 4, 5), (35, 25, 15, 18, 7)
LANGUAGES, LANGUAGE_WEIGHTS = ("", "spa", "vie", "chi", "rus", "ara"), (835, 125, 12, 10, 10, 8)
CONSENTS, CONSENT_WEIGHTS = ("Yes", "Unknown", "No"), (84, 9, 7)
STATUSES = ("Patient", "Inactive", "Archived", "Prospective", "NonPatient", "Deceased")
STATUS_WEIGHTS = (940, 25, 10, 10, 8, 7)
PHONE_CASES = ("mobiles", "one mobile", "landline", "landline as mobile", "none")
PHONE_WEIGHTS = (55, 34, 6, 2, 3)
ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class Home:
    """What the members of a household have in common."""

    last: str
    address: str
    zip: str
    language: str
    phone_case: str
    phone: str


def patients(place: Location, seed: int, today: date, numbers: Numbers, phones: PhoneBook) -> list[Row]:
    """As many patient rows as the location has."""
    dice = random.Random(f"{seed}/{place.office.number}/patients")
    rows: list[Row] = []
    while len(rows) < place.patients:
        size = min(dice.choices(SIZES, SIZE_WEIGHTS)[0], place.patients - len(rows))
        rows.extend(_household(place, size, today, dice, numbers, phones))
    return rows


def _household(
    place: Location, size: int, today: date, dice: random.Random, numbers: Numbers, phones: PhoneBook
) -> Iterator[Row]:
    home = _home(place, dice, phones)
    guarantor = 0
    for member in range(size):
        number = numbers.next("patient")
        guarantor = guarantor or number
        adult = member < 2
        row = _person(place, home, adult, today, dice)
        row |= _phones(place, home, member, adult, dice, phones)
        yield row | {"PatNum": number, "Guarantor": guarantor}


def _home(place: Location, dice: random.Random, phones: PhoneBook) -> Home:
    case = dice.choices(PHONE_CASES, PHONE_WEIGHTS)[0]
    kind = "landline" if case.startswith("landline") else "mobile"
    return Home(
        last=dice.choice(names()["last"]),
        address=f"{dice.randint(10, 9899)} {dice.choice(names()['streets'])}",
        zip=place.zip,
        language=dice.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0],
        phone_case=case,
        phone="" if case == "none" else phones.line(place.area_codes, kind),
    )


def _person(place: Location, home: Home, adult: bool, today: date, dice: random.Random) -> Row:
    gender = dice.choice(("Male", "Female"))
    first = dice.choice(names()["first"][gender])
    years = dice.randint(ADULT_YEARS + 1, 84) if adult else dice.randint(4, ADULT_YEARS - 1)
    born = today - timedelta(days=round(years * 365.25) + dice.randint(10, 340))
    status = dice.choices(STATUSES, STATUS_WEIGHTS)[0] if adult else "Patient"
    leads = [s for s in place.staff if s.role in ("dentist", "injector")]
    return {
        "LName": home.last,
        "FName": first,
        "PatStatus": status,
        "Gender": gender,
        "Position": dice.choice(("Single", "Married")) if adult else "Child",
        "Birthdate": born.isoformat(),
        "Address": home.address,
        "City": place.city,
        "State": place.state,
        "Zip": home.zip,
        "Email": f"{first}.{home.last}@example.net".lower() if adult and dice.random() < 0.8 else "",
        "PriProv": place.num(dice.choice(leads).num),
        "ClinicNum": place.office.clinic_num,
        "Language": home.language,
        "TxtMsgOk": dice.choices(CONSENTS, CONSENT_WEIGHTS)[0],
        "PreferContactMethod": dice.choices(("None", "TextMessage", "WirelessPh", "Email"), (60, 25, 10, 5))[0],
        "PreferConfirmMethod": "None",
        "PreferRecallMethod": "None",
        "BillingType": "Standard Account",
        "SecDateEntry": (today - timedelta(days=dice.randint(60, 2500))).isoformat(),
        "DateTStamp": f"{(today - timedelta(days=dice.randint(31, 400))).isoformat()} 09:00:00",
    }


def _phones(
    place: Location, home: Home, member: int, adult: bool, dice: random.Random, phones: PhoneBook
) -> dict[str, str]:
    """The first member has the household's line; others share it, have their own, or (children) have none."""
    if not home.phone:
        return {}
    shared = phones.written(home.phone)
    if home.phone_case == "landline":
        return {"HmPhone": shared}
    if member and adult and home.phone_case == "mobiles":
        return {"WirelessPhone": phones.written(phones.line(place.area_codes, "mobile"))}
    if not adult:
        return {"WirelessPhone": shared} if dice.random() < 0.2 else {"HmPhone": shared}
    return {"WirelessPhone": shared}
