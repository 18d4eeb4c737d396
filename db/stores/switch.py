"""Whether a location may text: a carrier's refusal stops all of its texts, or one template, until a person lifts it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from db.rows import put
from db.session import Database, serialize
from db.tables.running import WatermarkRow
from domain.records import TextingStop

_ALL = "texting halted"
_ONE = "template stopped:"
_LIFTED = "lifted:"


class TextingSwitch:
    """Kept beside the watermarks: one row a location, and one a template of it; empty when nothing is wrong."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def halted(self, location: str) -> str:
        """Why this location may not text; "" when it may."""
        with self._database.read() as session:
            return _value(session, location, _ALL)

    def stopped(self, location: str) -> Mapping[str, str]:
        """Template -> why this location does not send it."""
        kept = select(WatermarkRow).where(
            WatermarkRow.account == location, col(WatermarkRow.feed).startswith(_ONE), WatermarkRow.value != ""
        )
        with self._database.read() as session:
            return {row.feed.removeprefix(_ONE): row.value for row in session.exec(kept.order_by(WatermarkRow.feed))}

    def stops(self) -> Sequence[TextingStop]:
        """Everything that is stopped anywhere, by location."""
        feed = col(WatermarkRow.feed)
        kept = select(WatermarkRow).where((feed == _ALL) | feed.startswith(_ONE), WatermarkRow.value != "")
        with self._database.read() as session:
            rows = session.exec(kept.order_by(WatermarkRow.account, feed.desc())).all()
        return [
            TextingStop(
                location=row.account,
                template="" if row.feed == _ALL else row.feed.removeprefix(_ONE),
                why=row.value,
            )
            for row in rows
        ]

    def halt(self, location: str, reason: str, since: datetime | None = None) -> bool:
        """Stop every text of the location; False when that is so already.

        ``since``: when the refused text was sent. What was sent before the last lifting is old news and stops nothing.
        """
        return self._stop(location, _ALL, reason, since)

    def stop(self, location: str, template: str, reason: str, since: datetime | None = None) -> bool:
        """As ``halt``, for one template."""
        return self._stop(location, _ONE + template, reason, since)

    def lift(self, location: str, at: datetime, template: str = "") -> str:
        """Text again, or send this template again; the reason that stood, "" when nothing was stopped."""
        feed = _ONE + template if template else _ALL
        with self._database.write() as session:
            why = _value(session, location, feed)
            _keep(session, location, feed, "")
            _keep(session, location, _LIFTED + feed, at.isoformat())
            return why

    def _stop(self, location: str, feed: str, reason: str, since: datetime | None) -> bool:
        with self._database.write() as session:
            serialize(session, f"{location} {feed}")
            lifted = _value(session, location, _LIFTED + feed)
            if _value(session, location, feed) or (lifted and since and since <= datetime.fromisoformat(lifted)):
                return False
            _keep(session, location, feed, reason)
            return True


def _value(session: Session, location: str, feed: str) -> str:
    row = session.get(WatermarkRow, (location, feed))
    return row.value if row else ""


def _keep(session: Session, location: str, feed: str, value: str) -> None:
    put(session, WatermarkRow, [{"account": location, "feed": feed, "value": value}])
