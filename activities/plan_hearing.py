"""News of a plan's work from the practice management system: done, paid by insurance, adjusted."""

from activities.plan_facts import heard
from activities.plan_ports import PlanStore, Vendors
from activities.plan_steps import PlanSteps
from domain.plan_life import By, Step
from domain.plan_news import insured_too, newer_production
from domain.plan_records import PlanRecord


class PlanHearing:
    def __init__(self, plans: PlanStore, steps: PlanSteps, vendors: Vendors) -> None:
        self._plans = plans
        self._steps = steps
        self._vendors = vendors

    def hear(self, plan_id: str) -> PlanRecord:
        """The plan after what the PMS says now; as it was while the PMS cannot say, or has no news."""
        record = self._plans.get(plan_id)
        account = heard(self._vendors.pms(record.location), record)
        if account is None or not account.items:
            return record

        def work(now: PlanRecord, who: By) -> Step:
            step = newer_production(now, account.items, who) or Step(now, ())
            return insured_too(step, account.insured, who)

        return self._steps.take(plan_id, work)
