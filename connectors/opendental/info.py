"""Open Dental's manifest."""

from connectors.base import Capability, ConnectorInfo

INFO = ConnectorInfo(
    kind="opendental",
    title="Open Dental",
    capabilities=frozenset(
        {
            Capability.CHANGE_FEED,
            Capability.WEBHOOKS,
            Capability.SCHEDULE,
            Capability.BOOK,
            Capability.CANCEL,
            Capability.TASKS,
            Capability.NOTES,
            Capability.LEDGER,
            Capability.TEXT_CONSENT,
            Capability.PAYMENT_PLANS,
            Capability.DOCUMENTS,
            Capability.HISTORY,
        }
    ),
    requests_per_second=1.0,
)
