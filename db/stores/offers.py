"""Offers: which openings stand under which numbers on which phone."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, delete, exists, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from db.rows import insert_new, put, values_of
from db.session import Database, serialize
from db.tables.cases import CaseRow
from db.tables.offers import OfferedNumberRow, OfferOpeningRow, OfferRow
from domain.crowd import OfferedTime
from domain.records import NumberedOpening, OfferRecord
from domain.slots import Opening

_OPEN = "open"
_LONGEST_VISIT = timedelta(hours=9)
_UNSENT = "unsent"
IN_MIND = timedelta(days=14)
"""From the end of an offer on. So long somebody may answer its text, whose link lives no longer either."""


class OfferStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, offer: OfferRecord) -> OfferRecord:
        """Record an offer and close older open offers of the same case as withdrawn; returns what is stored.

        An open offer of the same id is kept as it is; one that is no longer open is replaced.
        Its numbers are the lowest in a row that this phone was not told of lately: a number means one time only.
        """
        return self._database.run(lambda session: _put(session, offer))

    def get(self, offer_id: str) -> OfferRecord | None:
        found = self._list(col(OfferRow.id) == offer_id)
        return found[0] if found else None

    def open_of_case(self, case_id: str) -> OfferRecord | None:
        found = self._list(col(OfferRow.case_id) == case_id, col(OfferRow.state) == _OPEN)
        return found[-1] if found else None

    def open_for_phone(self, phone: str) -> Sequence[OfferRecord]:
        """Open offers to this phone, oldest first; a family's cases share one numbering."""
        return self._list(col(OfferRow.phone) == phone, col(OfferRow.state) == _OPEN)

    def of_case(self, case_id: str) -> Sequence[OfferRecord]:
        """Every offer ever made to the case, oldest first."""
        return self._list(col(OfferRow.case_id) == case_id)

    def open_of_account(self, account: str) -> Sequence[OfferRecord]:
        """Every open offer of the account's cases, oldest first."""
        mine = select(CaseRow.case_id).where(CaseRow.account == account)
        return self._list(col(OfferRow.state) == _OPEN, col(OfferRow.case_id).in_(mine))

    def withdraw(self, offer_id: str, numbers: Sequence[int], at: datetime) -> None:
        """These numbers book no more; an offer without any is withdrawn."""
        theirs = col(OfferOpeningRow.offer_id) == offer_id
        with self._database.write() as session:
            session.exec(delete(OfferOpeningRow).where(theirs, col(OfferOpeningRow.number).in_(numbers)))
            if not session.exec(select(OfferOpeningRow.number).where(theirs).limit(1)).first():
                _end(session, [offer_id], "withdrawn", at)

    def close(self, case_id: str, state: str, at: datetime) -> None:
        """The case's open offers end as ``answered``, ``withdrawn`` or ``expired``: their numbers book no more.

        ``unsent``: no text told anybody of the numbers, so that they are free at once.
        """
        with self._database.write() as session:
            _close(session, case_id, state, at)

    def unanswered(
        self, locations: Collection[str], first: datetime, last: datetime, but_not: str
    ) -> Sequence[OfferedTime]:
        """The times that open offers of these locations' cases hold in [first, last); not those of case ``but_not``."""
        opening = OfferOpeningRow
        place = (col(opening.key), col(opening.pattern), col(opening.operatory_id), col(opening.provider_id))
        counted = (
            select_columns(*place, func.count())
            .join(OfferRow, col(OfferRow.id) == col(opening.offer_id))
            .where(
                col(OfferRow.state) == _OPEN,
                col(OfferRow.location).in_(locations),
                col(OfferRow.case_id) != but_not,
                col(opening.start) > first - _LONGEST_VISIT,
                col(opening.start) < last,
            )
            .group_by(*place)
        )
        with self._database.read() as session:
            rows = session.connection().execute(counted)
            # The key begins with the start; reading it there spares a date a row.
            return [OfferedTime(int(row[0].partition("-")[0]) // 300, *row[1:]) for row in rows]

    def _list(self, *conditions: ColumnElement[bool]) -> list[OfferRecord]:
        with self._database.read() as session:
            return _list(session, *conditions)


def _put(session: Session, offer: OfferRecord) -> OfferRecord:
    serialize(session, f"offers:{offer.phone}")
    known = _list(session, col(OfferRow.id) == offer.id)
    if known and known[0].state == _OPEN:
        return known[0]
    _close(session, offer.case_id, "withdrawn", offer.made_at)
    session.exec(delete(OfferOpeningRow).where(col(OfferOpeningRow.offer_id) == offer.id))
    first = _first_number(_in_mind(session, offer.phone, offer.made_at), len(offer.openings))
    openings = tuple(
        NumberedOpening(number=first + at, opening=numbered.opening) for at, numbered in enumerate(offer.openings)
    )
    numbered = offer.model_copy(update={"openings": openings, "state": _OPEN})
    row = values_of(numbered)
    del row["openings"]
    put(session, OfferRow, [row])
    insert_new(session, OfferOpeningRow, [_opening_row(offer.id, one) for one in openings])
    put(session, OfferedNumberRow, [_number_row(offer, one.number) for one in openings])
    return numbered


def _close(session: Session, case_id: str, state: str, at: datetime) -> None:
    mine = select(OfferRow.id).where(OfferRow.case_id == case_id, OfferRow.state == _OPEN)
    _end(session, session.exec(mine).all(), state, at)


def _end(session: Session, offer_ids: Sequence[str], state: str, at: datetime) -> None:
    theirs = col(OfferedNumberRow.offer_id).in_(offer_ids)
    session.exec(update(OfferRow).where(col(OfferRow.id).in_(offer_ids)).values(state=state))
    if state == _UNSENT:
        session.exec(delete(OfferedNumberRow).where(theirs))
    else:
        session.exec(update(OfferedNumberRow).where(theirs).values(until=at + IN_MIND))


def _in_mind(session: Session, phone: str, now: datetime) -> set[int]:
    """The numbers that somebody with this phone may still answer with: of offers that are open, or were lately."""
    is_open = exists().where(col(OfferRow.id) == col(OfferedNumberRow.offer_id), col(OfferRow.state) == _OPEN)
    told = select(OfferedNumberRow.number).where(
        OfferedNumberRow.phone == phone, or_(is_open, col(OfferedNumberRow.until) > now)
    )
    return set(session.exec(told).all())


def _first_number(taken: set[int], wanted: int) -> int:
    """The lowest number that begins ``wanted`` free ones in a row."""
    return next(first for first in count(1) if taken.isdisjoint(range(first, first + wanted)))


def _number_row(offer: OfferRecord, number: int) -> dict[str, object]:
    return {"phone": offer.phone, "number": number, "offer_id": offer.id, "until": offer.made_at + IN_MIND}


def _list(session: Session, *conditions: ColumnElement[bool]) -> list[OfferRecord]:
    found = select(OfferRow, OfferOpeningRow).outerjoin(
        OfferOpeningRow, col(OfferOpeningRow.offer_id) == col(OfferRow.id)
    )
    ordered = found.where(*conditions).order_by(col(OfferRow.made_at), col(OfferRow.id), col(OfferOpeningRow.number))
    openings: dict[str, list[NumberedOpening]] = {}
    offers: dict[str, OfferRow] = {}
    for offer, opening in session.exec(ordered):
        offers[offer.id] = offer
        openings.setdefault(offer.id, [])
        if opening is not None:
            openings[offer.id].append(_numbered(opening))
    return [
        OfferRecord.model_validate({**offer.model_dump(), "openings": tuple(openings[offer_id])})
        for offer_id, offer in offers.items()
    ]


def _numbered(row: OfferOpeningRow) -> NumberedOpening:
    return NumberedOpening(number=row.number, opening=Opening.model_validate(row, from_attributes=True))


def _opening_row(offer_id: str, numbered: NumberedOpening) -> dict[str, object]:
    opening = numbered.opening
    place = {name: getattr(opening, name) for name in Opening.model_fields}
    return {"offer_id": offer_id, "number": numbered.number, "key": opening.key, **place}
