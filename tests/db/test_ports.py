"""The stores have the shapes that activities, loops and web ask for; mypy checks the types, pytest the names."""

import inspect
from typing import Any

import pytest

from activities import ports
from connectors.base import Pacer
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
from db.stores.offers import OfferStore
from db.stores.outbox import OutboxStore
from db.stores.rulebook import RuleStore
from db.stores.running import BudgetStore, HeartbeatStore, LeaseStore, WatermarkStore
from db.stores.tasks import TaskStore
from db.tables.inbox import InboxRow
from loops import ports as loop_ports
from runtime.rulebook import SavedRules
from web.webhooks.receiving import Inbox


def fit_activities(database: Database, clock: ports.Clock) -> None:
    """Never called: mypy refuses it when a store does not fit its Protocol."""
    cases: ports.CaseStore = CaseStore(database)
    mirror: ports.MirrorReader = MirrorStore(database)
    holds: ports.HoldStore = HoldStore(database)
    offers: ports.OfferStore = OfferStore(database)
    outbox: ports.OutboxStore = OutboxStore(database)
    suppressions: ports.SuppressionStore = SuppressionStore(database)
    links: ports.LinkStore = LinkStore(database)
    deposits: ports.DepositStore = DepositStore(database)
    tasks: ports.TaskStore = TaskStore(database)
    pacer: Pacer = BudgetStore(database, {}, clock)
    saved: SavedRules = RuleStore(database, clock)
    webhooks: Inbox = InboxStore(database)
    del cases, mirror, holds, offers, outbox, suppressions, links, deposits, tasks, pacer, saved, webhooks


def fit_loops(database: Database, row: InboxRow) -> None:
    """Never called, as above."""
    leases: loop_ports.Leases = LeaseStore(database)
    watermarks: loop_ports.Watermarks = WatermarkStore(database)
    heartbeats: loop_ports.Heartbeats = HeartbeatStore(database)
    mirror: loop_ports.MirrorWriter = MirrorStore(database)
    cases: loop_ports.Cases = CaseStore(database)
    board: loop_ports.Board = CaseBoard(database)
    inbox: loop_ports.Inbox = InboxStore(database)
    inbox_row: loop_ports.InboxRow = row
    inbound: loop_ports.InboundTexts = InboundStore(database)
    suppressions: loop_ports.Suppressions = SuppressionStore(database)
    offers: loop_ports.Offers = OfferStore(database)
    outbox: loop_ports.Outbox = OutboxStore(database)
    deposits: loop_ports.Deposits = DepositStore(database)
    holds: loop_ports.Holds = HoldStore(database)
    tasks: loop_ports.Tasks = TaskStore(database)
    nexts: loop_ports.NextVisits = NextVisitStore(database)
    at_hand: loop_ports.PatientsAtHand = MirrorStore(database)
    del leases, watermarks, heartbeats, mirror, cases, board, inbox, inbox_row
    del inbound, suppressions, offers, outbox, deposits, holds, tasks, nexts, at_hand


PAIRS: list[tuple[type[Any], type[Any]]] = [
    (ports.CaseStore, CaseStore),
    (ports.MirrorReader, MirrorStore),
    (ports.HoldStore, HoldStore),
    (ports.OfferStore, OfferStore),
    (ports.OutboxStore, OutboxStore),
    (ports.SuppressionStore, SuppressionStore),
    (ports.LinkStore, LinkStore),
    (ports.DepositStore, DepositStore),
    (ports.TaskStore, TaskStore),
    (Pacer, BudgetStore),
    (SavedRules, RuleStore),
    (Inbox, InboxStore),
    (loop_ports.Leases, LeaseStore),
    (loop_ports.Watermarks, WatermarkStore),
    (loop_ports.Heartbeats, HeartbeatStore),
    (loop_ports.MirrorWriter, MirrorStore),
    (loop_ports.Cases, CaseStore),
    (loop_ports.Board, CaseBoard),
    (loop_ports.Inbox, InboxStore),
    (loop_ports.InboundTexts, InboundStore),
    (loop_ports.Suppressions, SuppressionStore),
    (loop_ports.Offers, OfferStore),
    (loop_ports.Outbox, OutboxStore),
    (loop_ports.Deposits, DepositStore),
    (loop_ports.Holds, HoldStore),
    (loop_ports.Tasks, TaskStore),
    (loop_ports.NextVisits, NextVisitStore),
    (loop_ports.PatientsAtHand, MirrorStore),
]


@pytest.mark.parametrize(("protocol", "store"), PAIRS)
def test_every_method_is_there_with_the_same_parameters(protocol: type[Any], store: type[Any]) -> None:
    methods = {name: each for name, each in vars(protocol).items() if inspect.isfunction(each) and name[0] != "_"}
    assert methods
    for name, wanted in methods.items():
        parameters = list(inspect.signature(getattr(store, name)).parameters)
        assert parameters[: len(inspect.signature(wanted).parameters)] == list(inspect.signature(wanted).parameters)
