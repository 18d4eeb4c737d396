"""Whether a location may text: a carrier's refusal (unregistered, bad sender) stops it until a person lifts that."""

from db.session import Database
from db.stores.running import WatermarkStore

_FEED = "texting halted"


class TextingSwitch:
    """Kept beside the watermarks: one row a location, empty when nothing is wrong."""

    def __init__(self, database: Database) -> None:
        self._marks = WatermarkStore(database)

    def halted(self, location: str) -> str:
        """Why this location may not text; "" when it may."""
        return self._marks.get(location, _FEED)

    def halt(self, location: str, reason: str) -> None:
        self._marks.put(location, _FEED, reason)

    def lift(self, location: str) -> None:
        self._marks.put(location, _FEED, "")
