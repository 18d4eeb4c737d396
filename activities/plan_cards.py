"""Cards that may no longer be charged, taken off their owner at the card processor too."""

from activities.plan_ports import CollectionStore, PlanStore, Vendors
from activities.plan_steps import PlanSteps
from connectors.base import CardOnFile
from connectors.errors import NotFound
from domain import plan_life as life
from domain.plan_records import CollectionState, PlanCard


class PlanCards:
    def __init__(self, plans: PlanStore, collections: CollectionStore, steps: PlanSteps, vendors: Vendors) -> None:
        self._plans = plans
        self._collections = collections
        self._steps = steps
        self._vendors = vendors

    def release(self, location: str) -> int:
        """Detach what this location's plans have let go of; returns how many cards. It may be repeated at any point.

        A card that another plan in force charges stays; that plan lets go of it when it ends. Raises ConnectorError
        when the processor is down; what was not detached then stands for the next time. A card that it does not know
        cannot be charged either, so it counts as detached. While the end of an attempt at a card is not known, its
        plan keeps naming the card: the payment is looked for under it.
        """
        done = 0
        for plan in self._plans.with_released_cards(location):
            if any(row.state is CollectionState.CHARGING for row in self._collections.of_plan(plan.id)):
                continue
            for card in plan.released_cards:
                self._let_go(plan.id, location, card)
                done += 1
        return done

    def _let_go(self, plan_id: str, location: str, card: PlanCard) -> None:
        others = self._plans.charging(card.payment_method_id)
        if others:
            text = f"the card ending in {card.last4} stays at the processor: it pays {', '.join(others)} too"
        else:
            text = f"the card ending in {card.last4} is detached at the processor"
            try:
                self._vendors.payments(location).detach_card(CardOnFile.model_validate(card.model_dump()))
            except NotFound:
                text = f"the processor does not know the card ending in {card.last4} any more"
        self._steps.take(plan_id, lambda record, who: life.card_released(record, card, text, who))
