"""Payment plans put together: what the worker, the loops and the web need of them. Wiring only."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from activities.courier import Courier, Sent
from activities.plan_cards import PlanCards
from activities.plan_charges import PlanChargeActivities
from activities.plan_desk import PlanDesk
from activities.plan_hearing import PlanHearing
from activities.plan_ledger import PlanLedger
from activities.plan_money import PlanMoney
from activities.plan_people import PlanLinks, PlanPeople, PlanText
from activities.plan_posting import PlanPostingActivities
from activities.plan_steps import PlanSteps
from activities.plan_tasks import ClosePlanTasks, PlanTask, PlanTasks
from activities.plan_telling import PlanTelling
from activities.ports import CaseStore, Clock, DepositStore, LinkStore, RuleBook
from connectors.base import Vendors
from db.session import Database
from db.stores.plan_collections import CollectionStore
from db.stores.plan_days import PlanDayStore
from db.stores.plan_posting import PlanPostingStore
from db.stores.plans import PlanStore
from db.stores.tasks import TaskStore
from domain.plan_catalogue import PlanCatalogue
from domain.plan_life import PlanRefusedError
from domain.plan_records import PlanState
from loops.plan_cards import PlanCardsLoop
from loops.plan_events import PlanEvents
from loops.plan_ledger import PlanLedgerLoop
from loops.plan_office import PlanOfficeLoop
from loops.plan_ports import Door
from loops.plan_tasks import PlanTasksLoop
from loops.plans import PlansLoop
from loops.running import Loop
from runtime.agreements import agreement_pdf
from runtime.locations import LocationBook
from runtime.plan_catalogue import read_catalogue


@dataclass(frozen=True)
class PlanParts:
    """`home`: the data folder, which may hold a plans.yaml of the office's own."""

    database: Database
    cases: CaseStore
    deposits: DepositStore
    links: LinkStore
    tasks: TaskStore
    locations: LocationBook
    rules: RuleBook
    vendors: Vendors
    courier: Courier
    clock: Clock
    public_url: str
    home: Path

    @cached_property
    def plans(self) -> PlanStore:
        return PlanStore(self.database)

    @cached_property
    def collections(self) -> CollectionStore:
        return CollectionStore(self.database)

    @cached_property
    def days(self) -> PlanDayStore:
        return PlanDayStore(self.database)

    @cached_property
    def posting(self) -> PlanPostingStore:
        return PlanPostingStore(self.database)

    @cached_property
    def catalogue(self) -> PlanCatalogue:
        return read_catalogue(self.home)

    @cached_property
    def steps(self) -> PlanSteps:
        return PlanSteps(self.plans, self.locations, self.clock)

    @cached_property
    def page_links(self) -> PlanLinks:
        return PlanLinks(self.links, self.clock, self.public_url)

    @cached_property
    def desk(self) -> PlanDesk:
        return PlanDesk(
            self.plans,
            self.collections,
            self.steps,
            self.cases,
            self.deposits,
            self.locations,
            self.vendors,
            lambda _location: self.catalogue,
            agreement_pdf,
        )

    @cached_property
    def money(self) -> PlanMoney:
        return PlanMoney(self.plans, self.collections, self.steps, self.desk, self.vendors, self.clock)

    @cached_property
    def hearing(self) -> PlanHearing:
        return PlanHearing(self.plans, self.steps, self.vendors)

    @cached_property
    def cards(self) -> PlanCards:
        return PlanCards(self.plans, self.collections, self.steps, self.vendors)

    @cached_property
    def ledger(self) -> PlanLedger:
        return PlanLedger(self.plans, self.collections, self.steps, self.locations, self.vendors)

    @cached_property
    def people(self) -> PlanPeople:
        return PlanPeople(self.plans, self.steps, self.page_links, self.courier, self.locations)

    @cached_property
    def office_tasks(self) -> PlanTasks:
        return PlanTasks(
            self.plans,
            self.collections,
            self.tasks,
            self.cases,
            self.steps,
            self.page_links,
            self.locations,
            self.rules,
            self.vendors,
            self.clock,
        )

    def send_offer(self, plan_id: str) -> str:
        """Text the payer a link to the offer, once a version; says how that went."""
        version = self.plans.get(plan_id).version
        result = self.people.send(PlanText(plan_id=plan_id, step=f"offer:{version}", template="plan_offer"))
        words = {
            Sent.SENT: "The text is on its way.",
            Sent.UNSURE: "The text may have gone out; it is being looked for.",
            Sent.DEFERRED: f"Not now: {result.why}. Try again later, or open it on a tablet.",
        }
        return words.get(result.sent, f"No text was sent: {result.why}.")

    def offer_case(self, case_id: str, language: str = "") -> str:
        """The address of the plan that this case may take by its rule: drafted with the default terms and offered,
        once, in this language or else the payer's. Raises PlanRefusedError when its rule allows none, or when a plan
        was closed or deleted."""
        route = self.cases.get(case_id).route
        if route is None or not route.payment_plan:
            raise PlanRefusedError("The rules offer no payment plan for this visit.")
        plan = self.desk.from_case(case_id, "chairtime")
        if plan.state is PlanState.DRAFT:
            self.desk.offer(plan.id, "chairtime", language)
        return self.page_links.address(self.plans.get(plan.id))

    def activities(self) -> list[object]:
        """To be registered with the worker."""
        return [
            PlanPostingActivities(
                self.plans, self.posting, self.days, self.steps, self.desk, self.locations, self.vendors, self.clock
            ),
            PlanChargeActivities(self.plans, self.collections, self.steps, self.money, self.ledger, self.vendors),
            PlanTelling(self.plans, self.posting, self.steps, self.locations, self.people, self.office_tasks),
            self.people,
            self.office_tasks,
        ]

    def loops(self, door: Door) -> list[Loop]:
        """To be run beside the worker."""
        return [
            PlansLoop(
                self.posting, self.collections, self.days, self.money, door, self.locations, self.clock, self.ask_anew
            ),
            PlanTasksLoop(self.tasks, self.office_tasks, self.clock),
            PlanLedgerLoop(
                self.plans,
                self.collections,
                self.days,
                self.ledger,
                self.office_tasks,
                door,
                self.locations,
                self.clock,
            ),
            PlanOfficeLoop(
                self.plans,
                self.days,
                self.hearing,
                self.locations,
                self.vendors,
                self.clock,
                self.ask,
                self.office_tasks,
            ),
            PlanCardsLoop(self.cards, self.locations),
        ]

    def ask(self, plan_id: str, kind: str, why: str, command_id: str) -> None:
        """An urgent task about a plan."""
        task = PlanTask(plan_id=plan_id, kind=kind, why=why, command_id=command_id, urgent=True)
        self.office_tasks.open_task(task)

    def ask_anew(self, plan_id: str, kind: str, why: str, command_id: str) -> None:
        """An urgent task about what broke again: none while one is open, another when that was closed."""
        task = PlanTask(plan_id=plan_id, kind=kind, why=why, command_id=command_id, urgent=True, anew=True)
        self.office_tasks.open_task(task)

    def events(self, door: Door) -> PlanEvents:
        """What the card processor's webhooks mean for plans; for the inbox loop."""

        def done(plan_id: str, outcome: str, command_id: str) -> None:
            self.office_tasks.close_tasks(ClosePlanTasks(plan_id=plan_id, outcome=outcome, command_id=command_id))

        return PlanEvents(self.plans, self.collections, self.money, self.vendors, door, self.ask, done)
