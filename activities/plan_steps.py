"""Taking a step of a plan's life: read, work it out, save; again when somebody else was faster."""

from collections.abc import Callable
from datetime import date, datetime

from activities.plan_ports import Clock, Locations, PlanStore
from domain.plan_life import By, PlanChangedError, Step
from domain.plan_records import Moved, PlanRecord, PlanVersion

AUTOMATIC = "chairtime"
PATIENT = "patient"
_TRIES = 8


class PlanSteps:
    """One way to change a plan; the work may be done several times, so it must touch nothing but what it is given."""

    def __init__(self, plans: PlanStore, locations: Locations, clock: Clock) -> None:
        self._plans = plans
        self._locations = locations
        self._clock = clock

    def by(self, location: str, actor: str = AUTOMATIC) -> By:
        """Who acts, now, on the location's own day."""
        now = self._clock.now()
        return By(actor, now, self.day_of(location, now))

    def day_of(self, location: str, at: datetime) -> date:
        """The location's own day at this moment."""
        return at.astimezone(self._locations.get(location).tz).date()

    def today(self, location: str) -> date:
        return self.by(location).today

    def take(
        self,
        plan_id: str,
        work: Callable[[PlanRecord, By], Step],
        actor: str = AUTOMATIC,
        *,
        version: PlanVersion | None = None,
        moved: Moved | None = None,
    ) -> PlanRecord:
        """The plan after the step. Raises what `work` raises, and CollectionMovedError."""
        for _ in range(_TRIES):
            record = self._plans.get(plan_id)
            step = work(record, self.by(record.location, actor))
            try:
                return self._plans.save(step.record, step.events, owed=step.owed, version=version, moved=moved)
            except PlanChangedError:
                continue
        raise PlanChangedError(plan_id)
