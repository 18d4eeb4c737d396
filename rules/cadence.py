"""What follows an unanswered offer, and when."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from domain.route import Route, Step


class DueStep(BaseModel):
    """A follow-up step with its instant in UTC, before contact hours and caps have their say."""

    model_config = ConfigDict(frozen=True)

    step: Step
    due_at: datetime


def due_steps(route: Route, accepted_at: datetime) -> tuple[DueStep, ...]:
    """The steps in time order, each counted from the acceptance. Those after the escalation are left out."""
    end = escalate_at(route, accepted_at)
    dated = (DueStep(step=step, due_at=accepted_at + timedelta(minutes=step.after_minutes)) for step in route.steps)
    return tuple(sorted((each for each in dated if each.due_at < end), key=lambda each: each.due_at))


def next_step(route: Route, accepted_at: datetime, now: datetime) -> DueStep | None:
    """The first step due at or after ``now``; a step whose time has passed is skipped, never sent late."""
    return next((each for each in due_steps(route, accepted_at) if each.due_at >= now), None)


def escalate_at(route: Route, accepted_at: datetime) -> datetime:
    """When a person takes over a case that has not booked."""
    return accepted_at + timedelta(hours=route.escalate_after_hours)
