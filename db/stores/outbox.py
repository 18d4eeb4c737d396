"""The outbox: every text is a row first, and its state only moves forward."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.rows import as_record, as_records, insert_new, values_of
from db.session import Database, serialize
from db.tables.texts import ContactDecisionRow, TextRow
from domain.records import FAILED_TEXT_STATES, FINAL_TEXT_STATES, TextRecord, TextState

_RANK = {TextState.QUEUED: 0, TextState.SENDING: 1, TextState.UNKNOWN: 2, TextState.SENT: 3} | dict.fromkeys(
    FINAL_TEXT_STATES, 4
)
_MAY_HAVE_GONE_OUT = (
    TextState.SENDING,
    TextState.UNKNOWN,
    TextState.SENT,
    TextState.DELIVERED,
    TextState.UNDELIVERED,
    TextState.PERSON,
)
_COUNTED = (TextState.QUEUED, *_MAY_HAVE_GONE_OUT)


class OutboxStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: TextRecord) -> TextRecord:
        """Insert, or return the row that already has this (case, step, to)."""
        with self._database.write() as session:
            insert_new(session, TextRow, [values_of(text, begun_at=None)])
            return as_record(TextRecord, session.exec(_by_key(text.case_id, text.step, text.to)).one())

    def add_if(
        self,
        key: tuple[str, str, str],
        since: datetime,
        judge: Callable[[Sequence[datetime]], TextRecord | None],
    ) -> TextRecord | None:
        """Insert what ``judge`` makes of the unasked texts to this phone since then, or nothing when it makes nothing.

        Those that wait to be sent count too. ``key`` is (case, step, to); a row that has it is returned as it is. One
        phone is judged at a time, so a family never gets more than its caps allow.
        """
        case_id, step, to = key

        def work(session: Session) -> TextRecord | None:
            serialize(session, f"texts:{to}")
            known = session.exec(_by_key(case_id, step, to)).first()
            if known is not None:
                return as_record(TextRecord, known)
            text = judge(_unasked(session, to, since, _COUNTED))
            if text is not None:
                insert_new(session, TextRow, [values_of(text, begun_at=None)])
            return text

        return self._database.run(work)

    def get(self, text_id: str) -> TextRecord | None:
        with self._database.read() as session:
            row = session.get(TextRow, text_id)
            return as_record(TextRecord, row) if row else None

    def by_key(self, case_id: str, step: str, to: str) -> TextRecord | None:
        with self._database.read() as session:
            row = session.exec(_by_key(case_id, step, to)).first()
            return as_record(TextRecord, row) if row else None

    def by_sid(self, sid: str) -> TextRecord | None:
        """The text that the vendor knows under this id."""
        found = self._list(col(TextRow.sid) == sid, limit=1)
        return found[0] if found else None

    def begin(self, text_id: str, at: datetime | None = None) -> bool:
        """queued -> sending, counting an attempt that began ``at``; False when somebody else did."""
        queued = (col(TextRow.id) == text_id, col(TextRow.state) == TextState.QUEUED.value)
        sending = {"state": TextState.SENDING.value, "attempts": TextRow.attempts + 1, "begun_at": at}
        with self._database.write() as session:
            return session.exec(update(TextRow).where(*queued).values(**sending)).rowcount == 1

    def wait(self, text_id: str, until: datetime, why: str) -> None:
        """A queued text stays queued until then."""
        queued = (col(TextRow.id) == text_id, col(TextRow.state) == TextState.QUEUED.value)
        with self._database.write() as session:
            session.exec(update(TextRow).where(*queued).values(not_before=until, why=why))

    def told(self, text_id: str, at: datetime) -> None:
        """Whoever has to know has heard that this text did not arrive."""
        untold = (col(TextRow.id) == text_id, col(TextRow.told_at).is_(None))
        with self._database.write() as session:
            session.exec(update(TextRow).where(*untold).values(told_at=at))

    def untold(self, limit: int = 100) -> Sequence[TextRecord]:
        """Texts that did not arrive and of which nobody has heard yet, oldest first."""
        states = [state.value for state in FAILED_TEXT_STATES]
        return self._list(col(TextRow.state).in_(states), col(TextRow.told_at).is_(None), limit=limit)

    def settle(
        self,
        text_id: str,
        state: TextState,
        *,
        sid: str = "",
        error_code: str = "",
        at: datetime | None = None,
        why: str = "",
    ) -> None:
        """Move forward only: a later state is never undone by an earlier one. KeyError when there is no such text.

        The one step back is sending -> queued (or unknown -> queued), when the vendor surely did not take the text.
        ``at`` becomes ``sent_at`` when the text has gone out for the first time; a vendor's id is kept in any case.
        """
        with self._database.write() as session:
            row = session.exec(select(TextRow).where(TextRow.id == text_id).with_for_update()).first()
            if row is None:
                raise KeyError(f"no text {text_id} in the outbox")
            row.sid = row.sid or sid
            if _may_move(TextState(row.state), state):
                row.state, row.error_code = state.value, error_code or row.error_code
                row.why = why or row.why
                if row.sent_at is None and state in (TextState.SENT, TextState.DELIVERED, TextState.UNDELIVERED):
                    row.sent_at = at
            session.add(row)

    def unasked_sent(self, phone: str, since: datetime, but_not: Collection[str] = ()) -> Sequence[datetime]:
        """When campaign texts to this phone went out (or may have) since then, oldest first."""
        with self._database.read() as session:
            return _unasked(session, phone, since, _MAY_HAVE_GONE_OUT, but_not)

    def answers_since(self, phone: str, since: datetime) -> int:
        """How many answers this phone got, or is to get, since then."""
        states = [state.value for state in _COUNTED]
        counted = select(func.count()).where(
            TextRow.to == phone,
            TextRow.kind == "answer",
            col(TextRow.created_at) >= since,
            col(TextRow.state).in_(states),
        )
        with self._database.read() as session:
            return session.exec(counted).one()

    def queued(self, now: datetime, limit: int = 100) -> Sequence[TextRecord]:
        """Rows that may be sent now, oldest first: a crash may have come between row and call."""
        due = col(TextRow.not_before).is_(None) | (col(TextRow.not_before) <= now)
        return self._list(col(TextRow.state) == TextState.QUEUED.value, due, limit=limit)

    def unsure(self, now: datetime, grace: timedelta, limit: int = 100) -> Sequence[TextRecord]:
        """Texts that may or may not have gone out, tried longer than ``grace`` ago, oldest first."""
        states = (TextState.SENDING.value, TextState.UNKNOWN.value)
        begun = func.coalesce(col(TextRow.begun_at), col(TextRow.created_at))
        return self._list(col(TextRow.state).in_(states), begun <= now - grace, limit=limit)

    def without_news(self, first: datetime, last: datetime) -> Sequence[TextRecord]:
        """Texts sent from ``first`` to ``last`` without a final status: a lost callback, perhaps, so ask the vendor."""
        sent = (col(TextRow.sent_at) >= first, col(TextRow.sent_at) <= last)
        return self._list(col(TextRow.state) == TextState.SENT.value, *sent)

    def of_case(self, case_id: str) -> Sequence[TextRecord]:
        """Oldest first."""
        return self._list(col(TextRow.case_id) == case_id)

    def of_phone(self, phone: str) -> Sequence[TextRecord]:
        """Every text to this phone, oldest first."""
        return self._list(col(TextRow.to) == phone)

    def log_decision(
        self, *, at: datetime, case_id: str, phone: str, template: str, allowed: bool, rule: str, local_time: str
    ) -> None:
        """Keep why a text was allowed or not, at the moment of sending."""
        decision = ContactDecisionRow(
            at=at, case_id=case_id, phone=phone, template=template, allowed=allowed, rule=rule, local_time=local_time
        )
        with self._database.write() as session:
            session.add(decision)

    def decisions_of_case(self, case_id: str) -> Sequence[ContactDecisionRow]:
        decisions = select(ContactDecisionRow).where(ContactDecisionRow.case_id == case_id)
        with self._database.read() as session:
            return session.exec(decisions.order_by(col(ContactDecisionRow.id))).all()

    def _list(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[TextRecord]:
        texts = select(TextRow).where(*conditions).order_by(col(TextRow.created_at), col(TextRow.id)).limit(limit)
        with self._database.read() as session:
            return as_records(TextRecord, session.exec(texts).all())


def _unasked(
    session: Session, phone: str, since: datetime, states: Collection[TextState], but_not: Collection[str] = ()
) -> Sequence[datetime]:
    instant = func.coalesce(col(TextRow.sent_at), col(TextRow.created_at))
    counted = select(instant).where(
        TextRow.to == phone,
        TextRow.kind == "campaign",
        col(TextRow.state).in_([state.value for state in states]),
        col(TextRow.id).not_in(list(but_not)),
        instant >= since,
    )
    return session.exec(counted.order_by(instant)).all()


def _by_key(case_id: str, step: str, to: str) -> SelectOfScalar[TextRow]:
    return select(TextRow).where(TextRow.case_id == case_id, TextRow.step == step, TextRow.to == to)


def _may_move(now: TextState, then: TextState) -> bool:
    if then is TextState.QUEUED:
        return now in (TextState.SENDING, TextState.UNKNOWN)
    return _RANK[then] > _RANK[now]
