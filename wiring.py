"""Builds the parts that worker, web app and command line share, from settings. No decisions are made here."""

from dataclasses import dataclass
from functools import cached_property

from temporalio.client import Client

from activities.alarm import Alarm
from activities.bookings import BookingActivities, BookingWriter
from activities.cases import CaseActivities
from activities.changes import ChangeActivities
from activities.courier import Courier
from activities.decisions import DecisionActivities
from activities.deposits import DepositActivities, Deposits
from activities.loose_tasks import LooseTasks
from activities.offers import OfferActivities
from activities.openings import Openings
from activities.permission import Permissions
from activities.prepaid import Prepayments
from activities.refusals import Refusals
from activities.tasks import TaskActivities
from connectors import phones
from connectors.registry import ConnectorRegistry
from db.migrate import upgrade
from db.session import Database
from db.stores.board import CaseBoard
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from db.stores.holds import HoldStore
from db.stores.inbound import InboundStore, SuppressionStore
from db.stores.inbox import InboxStore
from db.stores.links import LinkStore
from db.stores.mirror import MirrorStore
from db.stores.next_visits import NextVisitStore
from db.stores.numbers import NumberStore
from db.stores.offers import OfferStore
from db.stores.outbox import OutboxStore
from db.stores.rulebook import RuleStore
from db.stores.running import BudgetStore, HeartbeatStore, LeaseStore, WatermarkStore
from db.stores.switch import TextingSwitch
from db.stores.tasks import TaskStore
from db.stores.worklist import WorkList
from domain.location import Location
from loops.reply_tasks import ReplyTasks
from rules.owners import strangers
from runtime.clock import Clock, WallClock
from runtime.locations import LocationBook, LocationFileError, read_locations
from runtime.rulebook import RuleBook
from runtime.settings import Settings
from wiring_plans import PlanParts
from workflows.gateway import Gateway


class NumberFacts:
    """``activities.ports.PhoneBook`` over the phone number library."""

    def zones_of(self, phone: str) -> tuple[str, ...]:
        return phones.zones_of(phone)

    def state_of(self, phone: str) -> str:
        return phones.state_of(phone)


class Stores:
    """Every store over one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.cases = CaseStore(database)
        self.nexts = NextVisitStore(database)
        self.board = CaseBoard(database)
        self.numbers = NumberStore(database)
        self.work = WorkList(database)
        self.mirror = MirrorStore(database)
        self.holds = HoldStore(database)
        self.offers = OfferStore(database)
        self.outbox = OutboxStore(database)
        self.inbound = InboundStore(database)
        self.suppressions = SuppressionStore(database)
        self.switch = TextingSwitch(database)
        self.inbox = InboxStore(database)
        self.links = LinkStore(database)
        self.deposits = DepositStore(database)
        self.tasks = TaskStore(database)
        self.rules = RuleStore(database, clock)
        self.leases = LeaseStore(database)
        self.watermarks = WatermarkStore(database)
        self.heartbeats = HeartbeatStore(database)


@dataclass(frozen=True)
class Parts:
    """What the composition roots put together."""

    settings: Settings
    clock: Clock
    locations: LocationBook
    stores: Stores
    rules: RuleBook
    vendors: ConnectorRegistry

    @cached_property
    def openings(self) -> Openings:
        return Openings(self.stores.mirror, self.stores.holds, self.stores.offers, self.locations, self.rules)

    @cached_property
    def courier(self) -> Courier:
        s, url = self.stores, self.settings.url
        permissions, refusals = self._permissions, self.refusals
        return Courier(s.outbox, permissions, refusals, self.locations, self.rules, self.vendors, self.clock, url)

    @cached_property
    def _permissions(self) -> Permissions:
        s = self.stores
        return Permissions(s.suppressions, s.switch, self.locations, self.rules, NumberFacts(), s.cases)

    @cached_property
    def refusals(self) -> Refusals:
        s, given = self.stores, self._permissions
        return Refusals(s.outbox, s.suppressions, s.switch, s.tasks, given, self.locations, self.vendors, self.clock)

    @cached_property
    def alarm(self) -> Alarm:
        s, url = self.stores, self.settings.url
        return Alarm(self.courier, s.outbox, s.tasks, s.cases, self.locations, self.clock, url)

    @cached_property
    def reply_tasks(self) -> ReplyTasks:
        """Tasks about cases that have ended."""
        s, url = self.stores, self.settings.url
        return ReplyTasks(s.tasks, s.cases, self.alarm, self.locations, self.clock, url)

    @cached_property
    def loose_tasks(self) -> LooseTasks:
        s = self.stores
        return LooseTasks(s.tasks, s.cases, self.locations, self.rules, self.vendors, self.clock)

    @cached_property
    def deposits(self) -> Deposits:
        s, given = self.stores, self.settings
        return Deposits(s.deposits, self.prepayments, s.links, self.locations, self.vendors, given.url)

    @cached_property
    def prepayments(self) -> Prepayments:
        return Prepayments(self.stores.cases, self.stores.deposits, self.locations, self.vendors, self.clock)

    @cached_property
    def booking_writer(self) -> BookingWriter:
        s = self.stores
        return BookingWriter(s.cases, s.holds, s.offers, s.mirror, self.locations, self.vendors, self.clock)

    @cached_property
    def plans(self) -> PlanParts:
        """Everything of payment plans."""
        s, given = self.stores, self.settings
        return PlanParts(
            s.database,
            s.cases,
            s.deposits,
            s.links,
            s.tasks,
            self.locations,
            self.rules,
            self.vendors,
            self.courier,
            self.clock,
            given.url,
            given.home,
        )

    def send_new_link(self, case_id: str) -> bool:
        """Text a fresh link of the case to its phone, as the answer to somebody who found the old one expired."""
        return self.offer_activities.send_new_link(case_id)

    @cached_property
    def offer_activities(self) -> OfferActivities:
        s = self.stores
        return OfferActivities(
            s.cases,
            s.offers,
            s.links,
            s.holds,
            self.openings,
            self.locations,
            self.courier,
            self.vendors,
            self.clock,
            self.settings.url,
            self.alarm,
        )

    def gateway(self, client: Client) -> Gateway:
        return Gateway(client, search_attributes=self.settings.temporal_search_attributes)

    def activities(self) -> list[object]:
        """One object an area; each of its ``@activity.defn`` methods is registered."""
        s, url = self.stores, self.settings.url
        return [
            CaseActivities(
                s.cases,
                s.mirror,
                s.holds,
                s.offers,
                s.links,
                self.prepayments,
                self.locations,
                self.rules,
                self.vendors,
                self.clock,
            ),
            self.offer_activities,
            BookingActivities(
                s.cases, s.holds, self.openings, self.deposits, self.booking_writer, self.locations, self.clock
            ),
            ChangeActivities(
                s.cases,
                s.holds,
                s.deposits,
                s.mirror,
                self.booking_writer,
                self.locations,
                self.vendors,
                self.clock,
            ),
            DepositActivities(self.deposits, s.deposits, s.cases, self.vendors, self.locations, self.clock),
            DecisionActivities(s.deposits, s.cases, s.tasks, self.locations, self.vendors, self.clock),
            TaskActivities(
                s.cases,
                s.tasks,
                s.deposits,
                self.openings,
                self.locations,
                self.rules,
                self.vendors,
                self.clock,
                url,
            ),
            *self.plans.activities(),
        ]


def build_parts(settings: Settings, clock: Clock | None = None) -> Parts:
    """Read locations and rules, open and migrate the database. Raises the errors of each part, each saying the mend."""
    clock = clock or WallClock()
    settings.home.mkdir(parents=True, exist_ok=True)
    locations = read_locations(settings.locations_folder)
    upgrade(settings.database)
    stores = Stores(Database(settings.database), clock)
    rules = RuleBook(settings.rules_folder, stores.rules, locations, clock)
    for location in locations.all():
        _refuse_removed_owners(location, rules, stores)
    pacer = BudgetStore(stores.database, intervals(locations), WallClock())
    vendors = ConnectorRegistry(locations, pacer)
    for location in locations.all():
        vendors.refuse_mistakes(location.key)
    return Parts(settings, clock, locations, stores, rules, vendors)


def _refuse_removed_owners(location: Location, rules: RuleBook, stores: Stores) -> None:
    """Nobody is taken off the staff while they own tasks or rules: these would be nobody's."""
    owners = [task.owner for task in stores.tasks.open_of_location(location.key)]
    if gone := strangers(location, rules.rule_set(location.key), owners):
        raise LocationFileError(
            f"location {location.key}: no longer among the staff, but still owner of something: {'; '.join(gone)}. "
            "Put them back into the location file, and hand over first what they own"
        )


def intervals(locations: LocationBook) -> dict[str, float]:
    """Seconds between two requests by PMS account: one by default, as Open Dental's remote API allows."""
    return {each.budget: _interval(each.pms.option("requests_per_second", "1")) for each in locations.all()}


def _interval(rate: str) -> float:
    """0 for no pacing. What is no number is refused where the connector is built; until then it is the default."""
    try:
        return 1 / float(rate) if float(rate) > 0 else 0.0
    except ValueError:
        return 1.0
