"""``python -m tests.rules.million [SENDS]``: the long form of the contact property, a million sends by default.

The suite runs the same property over 20,000 sends.
"""

import sys
from datetime import date

from rules.loading import load_rules
from rules.paths import SHIPPED
from tests.rules.sends import ZONES, simulate

MILLION = 1_000_000


def main() -> int:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    tally = simulate(load_rules(SHIPPED, "", date(2026, 1, 1)).contact, wanted, seed=1)
    for fault in tally.faults[:20]:
        print(fault)
    missing = set(ZONES) - tally.zones
    print(
        f"{tally.sends} sends in {len(tally.zones)} zones and {len(tally.months)} months, {tally.deferred} deferred "
        f"first, {len(tally.faults)} outside hours or above caps, {len(missing)} zones missed"
    )
    return 1 if tally.faults or missing or tally.sends < wanted else 0


if __name__ == "__main__":
    sys.exit(main())
