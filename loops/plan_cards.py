"""Takes cards whose permission is over off their owners at the card processor."""

import asyncio
from typing import Protocol

import structlog

from connectors.errors import ConnectorError
from loops.plan_ports import Locations

log = structlog.get_logger(__name__)


class Cards(Protocol):
    """Satisfied by ``activities.plan_cards.PlanCards``."""

    def release(self, location: str) -> int: ...


class PlanCardsLoop:
    """A card that was let go of stands in its plan's row until the processor says that it is off."""

    name = "plan_cards"
    every = 15.0

    def __init__(self, cards: Cards, locations: Locations) -> None:
        self._cards = cards
        self._locations = locations

    async def step(self) -> None:
        for location in self._locations.all():
            try:
                await asyncio.to_thread(self._cards.release, location.key)
            except ConnectorError as down:
                log.warning("cards wait to be detached", location=location.key, error=type(down).__name__)
