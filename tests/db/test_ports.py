"""The stores have the shapes that the activities ask for; the annotations are checked by mypy, the rest here."""

import inspect
from typing import Any

import pytest

from activities import ports
from connectors.base import Pacer
from db.session import Database
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from db.stores.holds import HoldStore
from db.stores.inbound import SuppressionStore
from db.stores.links import LinkStore
from db.stores.mirror import MirrorStore
from db.stores.offers import OfferStore
from db.stores.outbox import OutboxStore
from db.stores.running import BudgetStore
from db.stores.tasks import TaskStore


def satisfied(database: Database, clock: ports.Clock) -> None:
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
    del cases, mirror, holds, offers, outbox, suppressions, links, deposits, tasks, pacer


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
]


@pytest.mark.parametrize(("protocol", "store"), PAIRS)
def test_every_method_is_there_with_the_same_parameters(protocol: type[Any], store: type[Any]) -> None:
    methods = {name: each for name, each in vars(protocol).items() if inspect.isfunction(each) and name[0] != "_"}
    assert methods
    for name, wanted in methods.items():
        parameters = list(inspect.signature(getattr(store, name)).parameters)
        assert parameters[: len(inspect.signature(wanted).parameters)] == list(inspect.signature(wanted).parameters)
