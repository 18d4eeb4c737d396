"""Which time zones each US state and territory lies in (IANA names; source: tz database, state law).

States on a zone border list every zone that a resident may live in.
"""

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"

ZONES_OF_STATE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("CT", "DC", "DE", "GA", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "OH", "PA", "RI", "SC", "VA", "VT", "WV"),
        (_EASTERN,),
    ),
    **dict.fromkeys(("AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"), (_CENTRAL,)),
    **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), (_MOUNTAIN,)),
    **dict.fromkeys(("CA", "WA"), (_PACIFIC,)),
    **dict.fromkeys(("KS", "NE", "SD", "ND", "TX"), (_CENTRAL, _MOUNTAIN)),
    **dict.fromkeys(("ID", "OR"), (_MOUNTAIN, _PACIFIC)),
    **dict.fromkeys(("FL", "KY", "TN"), (_EASTERN, _CENTRAL)),
    "IN": ("America/Indiana/Indianapolis", _CENTRAL),
    "MI": ("America/Detroit", _CENTRAL),
    "NV": (_PACIFIC, _MOUNTAIN),
    "AZ": ("America/Phoenix", _MOUNTAIN),
    "AK": ("America/Anchorage", "America/Adak"),
    "HI": ("Pacific/Honolulu",),
    "PR": ("America/Puerto_Rico",),
    "VI": ("America/St_Thomas",),
    "GU": ("Pacific/Guam",),
    "MP": ("Pacific/Saipan",),
    "AS": ("Pacific/Pago_Pago",),
}
"""Arizona lists Denver too, because the Navajo Nation keeps daylight time."""

US_ZONES = tuple(sorted({zone for zones in ZONES_OF_STATE.values() for zone in zones}))


def zones_of_state(state: str) -> tuple[str, ...]:
    """The zones of a two-letter state; empty when the state is unknown."""
    return ZONES_OF_STATE.get(state, ())
