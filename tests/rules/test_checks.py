"""``rules check``: each kind of mistake, planted in the shipped rules, is found at its place with the right hint."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.checks import Report, check
from tests.rules.conftest import TODAY

TIERS, CONTACT, TEXTS = "base/tiers.yaml", "base/contact.yaml", "base/templates.yaml"
OWNERS = """      owners:
        - {owner: coordinator, after: at once}
        - {owner: manager, after: 4 open hours}
"""
COPY = """  copy:
    match: [{codes: [D6010-D6020]}]
    escalate: {after: 72 h, owners: [{owner: manager, after: at once}]}
  aesthetic:
"""

MISTAKES = [
    (TIERS, "first_offer: 15 min", "frist_offer: 15 min", "`frist_offer` is not a key of a tier", "first_offer"),
    (TIERS, "first_offer: 15 min", "first_offer: 15", "`15` cannot be read", "write 15 min, 15 h or 15 days"),
    (TIERS, "first_offer: 15 min", "first_offer: 15 minutes", "`15 minutes` cannot be read", "write 15 min"),
    (TIERS, "at_least: $500", "at_least: 500", "`500` cannot be read", "$500"),
    (TIERS, "percent: 10%", "percent: 10", "`10` cannot be read", "10%"),
    (TIERS, "after: 4 open hours", "after: 4 h", "`4 h` cannot be read", "4 open hours"),
    (TIERS, "D6010-D6055", "D6O10", "code D6O10 is not in the fee schedule", "did you mean D6010?"),
    (TIERS, "D7111, D7140", "D7111, D7141", "code D7141 is not in the fee schedule", "did you mean D7140?"),
    (TIERS, "D7111, D7140", "D7111, D9000-D9005", "no code in the range D9000-D9005", "check both ends"),
    (TIERS, "D7111, D7140", "D7111, D7140-D7100", "runs backwards", "lower code first"),
    (TIERS, "categories: [injectables", "categories: [injectibles", "no category `injectibles`", "injectables"),
    (TIERS, "default_tier: restorative", "default_tier: restoration", "`restoration` does not exist", "restorative"),
    (TIERS, "- provider: [injector]", "- {codes: [D6030], without_codes: [D6030]}", "can never match", ""),
    (TIERS, "  aesthetic:\n", COPY, "so the whole tier can never match: surgical above takes all", "move this tier up"),
    (TIERS, "D7111, D7140", "D7111, D7140, D7210", "restorative and surgical shadow each other", "one tier only"),
    (TIERS, "at_least: $50\n", "at_least: $450\n", "deposit of $450.00 is above the plan", "under $450"),
    (TIERS, "percent: 15%", "percent: 115%", "deposit of 115% is above the plan", "100%"),
    (TIERS, "at_most: $2,000", "at_most: $400", "ceiling is below its floor", "raise at_most"),
    (TIERS, OWNERS, "      owners: []\n", "escalation of surgical ends with nobody", "at least one owner"),
    (TIERS, OWNERS, "", "escalation of surgical ends with nobody", "at least one owner"),
    (TIERS, "{owner: coordinator, after", "{owner: nobody, after", "ends with nobody: `nobody` is no person", ""),
    (TIERS, "{owner: coordinator, after", "{owner: cordinator, after", "`cordinator`", "did you mean coordinator?"),
    (TIERS, "      after: 72 h", "      after: 60 h", "surgical goes to a person after 60 h", "longer than 64 h"),
    (TIERS, "      after: 72 h", "      after: 10 min", "goes to a person after 10 min, but", "64 h 15 min"),
    (TIERS, "      after: 72 h", "      after: 10 min", "before its first offer, due within 15 min", "than 15 min"),
    (TIERS, "      after: 72 h", "      after: 10 min", "nudge_1 comes after the case", "bring it before 10 min"),
    (TIERS, ", template: nudge_1}", "}", "the step nudge_1 is a text without a template", "write template"),
    (TIERS, "first_offer: 15 min", "first_offer: 15 h", "longer than the shortest contact window", "impossible"),
    (TIERS, "look_ahead: 45 days", "look_ahead: 90 days", "openings are known for 60 days, not for 90", "60 days or"),
    (
        TIERS,
        "lead_time: 2 h, look_ahead: 45",
        "lead_time: 46 days, look_ahead: 45",
        "surgical offers nothing",
        "1080 h",
    ),
    (TIERS, "other_provider: yes", "other_provider: maybe", "`maybe` is neither yes nor no", "write yes or no"),
    (TIERS, "other_provider: yes", "other_locations: [meridian, meridian]", "meridian stands twice", "name each once"),
    (TIERS, "other_provider: yes", "other_locations: [Eagle Road]", "`Eagle Road` is not a location's key", "boise"),
    (TIERS, "other_provider: yes", "healing: [{after: [D7140], wait: 84 h}]", "`84 h` cannot be read", "write 84 days"),
    (TIERS, "other_provider: yes", "healing: [{after: [D7140]}]", "needs the key `wait`", "how long"),
    (TIERS, "other_provider: yes", "healing: [{wait: 84 days}]", "needs the key `after`", "counted from"),
    (TIERS, "other_provider: yes", "healing: [{after: [], wait: 84 days}]", "holds for nobody", "after: [D7140]"),
    (TIERS, "other_provider: yes", "healing: [{after: [D7140], wait: 0 days}]", "1 day to two years", "84 days"),
    (TIERS, "other_provider: yes", "healing: [{after: [D7141], wait: 9 days}]", "code D7141 is not in", "mean D7140"),
    (TIERS, "refund_policy: standard", "refund_policy: standart", "`standart` does not exist", "standard"),
    (TIERS, "template: nudge_1", "template: nudge1", "sends the template `nudge1`", "did you mean nudge_1?"),
    (TIERS, "priority: 1", "priority: 1\n    priority: 2", "the key `priority` stands twice", "keep one"),
    (TIERS, "deposit: $500", "deposit: $600", "expects deposit $600.00, but gets $500.00", "mend the rule"),
    (CONTACT, "mon-sat: 09:00-20:00", "mon-sat: 20:00-09:00", "`20:00-09:00`", "ends before it begins"),
    (CONTACT, "sun: 12:00-20:00", "son: 12:00-20:00", "`son` cannot be read", "mon-sat"),
    (CONTACT, "sat-sun: none}\n    MS", "sun-sat: none}\n    MS", "`sun-sat`", "runs from mon to sun"),
    (CONTACT, "per_day: 1", "per_day: 0", "per_day: 0 forbids every text", "1 or more"),
    (CONTACT, "Labor Day", "Labour Day", "`Labour Day` is no holiday", "did you mean Labor Day?"),
    (CONTACT, "    FL: {every", "    FX: {every", "`FX` is no state", "two letters"),
    (CONTACT, "America/Chicago", "America/Chicgo", "`America/Chicgo` is no time zone", "America/Chicago"),
    (TEXTS, "book your next visit", "book your implant", "the text offer (en) says `implant`", "your visit"),
    (TEXTS, "Reserve su visita.", "Reserve su tratamiento.", "the text offer (es) says `tratamiento`", "your visit"),
    (TEXTS, "it's {practice}. Let's", "it's us. Let's", "does not say who sends it", "{practice}"),
    (TEXTS, "{link}\n        Reply STOP to opt out", "{link}", "lacks the opt-out line", "Reply STOP to opt out"),
    (TEXTS, "Need to change it?", "Reply CANCEL to change it.", "asks for `CANCEL`", "a link or a call"),
    (TEXTS, "[ {first_name}], it's", "[ {firstname}], it's", "the field {firstname}", "did you mean first_name?"),
    (TEXTS, "book your next visit", "book your $6,000 visit", "names an amount", "{deposit}"),
    (TEXTS, "book your next visit", "book your dermal visit", "says `dermal`", "your visit"),
    (TEXTS, "Reserve su visita.", "Reserve su visita de piel.", "says `piel`", "your visit"),
    (TEXTS, "book your next visit", "book your tox visit", "says `tox`", "your visit"),
    (TEXTS, "book your next visit", "book a visit. Its cost is low", "says `cost`", "{deposit}"),
    (TEXTS, "Reserve su visita.", "Reserve su visita. Cuesta poco.", "says `cuesta`", "{deposit}"),
    (TEXTS, "book your next visit", "book, about 1,500 in all", "the number `1,500`", "{deposit}"),
    (TEXTS, "Reserve su visita.", "Reserve, son 500.", "the number `500`", "{deposit}"),
    (TEXTS, "book your next visit", "book by 555-0142", "the number `555-0142`", "{phone}"),
    (TEXTS, "book your next visit", "book your next visit 🦷", "has `🦷`", "plain letters"),
    (TEXTS, "More times: {link}", "More times: on our page", "must carry {link}", "{link}"),
]


def planted(files: dict[str, str], file: str, old: str, new: str) -> Report:
    assert old in files[file]
    return check({**files, file: files[file].replace(old, new, 1)}, TODAY)


def test_the_shipped_rules_have_no_mistake_and_their_examples_hold(shipped_files: dict[str, str]) -> None:
    report = check(shipped_files, TODAY)
    assert (report.errors, report.warnings) == ((), ())
    assert report.examples >= 7


@pytest.mark.parametrize(("file", "old", "new", "message", "hint"), MISTAKES)
def test_a_mistake_is_found(
    shipped_files: dict[str, str], file: str, old: str, new: str, message: str, hint: str
) -> None:
    report = planted(shipped_files, file, old, new)
    found = [error for error in report.errors if message in error.message]
    assert found, [str(error) for error in report.errors]
    assert hint in found[0].hint
    assert found[0].file == file
    assert found[0].line >= 1
    assert found[0].column >= 1


def test_the_place_is_exact(shipped_files: dict[str, str]) -> None:
    text = shipped_files[TIERS]
    line = text[: text.index("first_offer: 15 min")].count("\n") + 1
    error = planted(shipped_files, TIERS, "first_offer: 15 min", "first_offer: 15").errors[0]
    assert (error.line, error.column) == (line, 18)


def test_every_mistake_is_found_at_once(shipped_files: dict[str, str]) -> None:
    files = dict(shipped_files)
    for file, old, new in (
        (TIERS, "first_offer: 15 min", "frist_offer: 15 min"),
        (TIERS, "D6010-D6055", "D6O10"),
        (CONTACT, "Labor Day", "Labour Day"),
        (TEXTS, "book your next visit", "book your implant"),
    ):
        files[file] = files[file].replace(old, new, 1)
    messages = " ".join(error.message for error in check(files, TODAY).errors)
    for word in ("frist_offer", "D6O10", "Labour Day", "implant"):
        assert word in messages


def test_a_state_that_never_opens_hides_nothing(shipped_files: dict[str, str]) -> None:
    """The tier's own impossible deadlines are still found, each at its line."""
    files = dict(shipped_files)
    files["base/contact-texas.yaml"] = files["base/contact-texas.yaml"].replace("mon-sat: 09:00-21:00", "mon-sat: none")
    files["base/contact-texas.yaml"] = files["base/contact-texas.yaml"].replace("sun: 12:00-21:00", "sun: none")
    files[TIERS] = files[TIERS].replace("      after: 72 h", "      after: 60 h", 1)
    files[TIERS] = files[TIERS].replace("first_offer: 15 min", "first_offer: 15 h", 1)
    found = {error.message.partition(",")[0]: error for error in check(files, TODAY).errors}
    assert found["in TX contact hours never open"].file == "base/contact-texas.yaml"
    assert found["surgical goes to a person after 60 h"].file == TIERS
    assert found["the first offer of surgical may take longer than the shortest contact window"].file == TIERS


def test_hours_that_miss_those_of_the_states_are_blamed_where_they_changed(shipped_files: dict[str, str]) -> None:
    report = planted(shipped_files, CONTACT, "mon-sat: 09:00-20:00", "mon-sat: 22:00-23:00")
    line = shipped_files[CONTACT].split("\n").index("    mon-sat: 09:00-20:00") + 1
    assert {(error.file, error.line) for error in report.errors} == {(CONTACT, line)}
    said = " ".join(error.message for error in report.errors)
    assert "in ME contact hours never open" in said
    assert all(f"{tier} goes to a person" in said for tier in report.tiers)
    layer = "contact: {note: late, default_hours: {every day: 22:00-23:00}}\n"
    late = check({**shipped_files, "organisation/late.yaml": layer}, TODAY)
    assert [error.file for error in late.errors] == ["organisation/late.yaml"]
    assert "CT, FL, KY, MD, ME, MS, NJ, OK, RI, TX, WA contact hours never open" in late.errors[0].message


def test_short_hours_above_are_blamed_for_every_tier(shipped_files: dict[str, str]) -> None:
    layer = "contact: {note: lunch, default_hours: {every day: 12:00-12:10}}\n"
    report = check({**shipped_files, "organisation/lunch.yaml": layer}, TODAY)
    assert {error.file for error in report.errors} == {"organisation/lunch.yaml"}
    late = [error.message for error in report.errors if "shortest contact window, 10 min" in error.message]
    assert len(late) == len(report.tiers)


@pytest.mark.parametrize("field", ["{firstname}", "{first_name"])
def test_a_wrong_field_hides_no_other_mistake_of_its_text(shipped_files: dict[str, str], field: str) -> None:
    bad = f"Hi {field}. Book your implant 🦷 for $900. Reply CANCEL to cancel: "
    text = shipped_files[TEXTS].replace("Hi[ {first_name}], it's {practice}. Let's book your next visit. ", bad, 1)
    text = text.replace("        Reply STOP to opt out\n", "", 1)
    said = " ".join(error.message for error in check({**shipped_files, TEXTS: text}, TODAY).errors)
    for words in ("who sends it", "opt-out line", "`implant`", "`CANCEL`", "an amount", "`🦷`"):
        assert words in said


@pytest.mark.parametrize("words", ["Reply 1, 2 or 3:", "Reply with 1 or 2:", "It takes 5 to 10 days.", "Call 911."])
def test_numbers_that_are_no_price_may_stand(shipped_files: dict[str, str], words: str) -> None:
    assert planted(shipped_files, TEXTS, "Let's book your next visit.", words).ok


def test_steps_that_the_caps_would_drop_are_warned_of(shipped_files: dict[str, str]) -> None:
    report = planted(shipped_files, TIERS, "after: 25 h", "after: 5 h")
    assert "more than 1 texts in 24 hours" in report.warnings[0].message


def test_wider_hours_need_a_note(shipped_files: dict[str, str]) -> None:
    wider = "contact:\n  default_hours: {mon-sat: 08:00-20:00}\n"
    report = check({**shipped_files, "organisation/hours.yaml": wider}, TODAY)
    assert "wider than the layer below" in report.errors[0].message
    noted = check({**shipped_files, "organisation/hours.yaml": wider + "  note: counsel agreed\n"}, TODAY)
    assert noted.ok


def test_rules_that_begin_later_are_checked_today(shipped_files: dict[str, str]) -> None:
    later = "effective_from: 2027-01-01\ntiers: {surgical: {first_ofer: 10 min}}\n"
    report = check({**shipped_files, "organisation/later.yaml": later}, TODAY)
    assert [error.hint for error in report.errors] == ["did you mean first_offer?"]


def test_every_location_is_checked(shipped_files: dict[str, str]) -> None:
    report = check({**shipped_files, "locations/boise/own.yaml": "tiers: {surgical: {first_offer: 10}}"}, TODAY)
    assert [error.file for error in report.errors] == ["locations/boise/own.yaml"]


def test_examples_speak_for_their_own_layer(shipped_files: dict[str, str]) -> None:
    text = """
tiers: {surgical: {deposit: {at_least: $700}}}
examples:
  - name: implant here
    case: {procedures: [{code: D6010, fee: "$2,500", chair_time: 120 min}]}
    expect: {deposit: $700}
"""
    assert check({**shipped_files, "locations/boise/own.yaml": text}, TODAY).ok
    other = text.replace("deposit: $700}", "deposit: $500}")
    wrong = check({**shipped_files, "locations/boise/own.yaml": other}, TODAY)
    assert "expects deposit $500.00, but gets $700.00" in wrong.errors[0].message


JUNK = ("", "[]", "{}", "null", "-1", "$0", "[a, b]", "{a: b}", "&a x", "*a", "|", ">", "NO", "{practice", "\0")


@settings(max_examples=60, deadline=None)
@given(
    file=st.sampled_from([TIERS, CONTACT, TEXTS, "base/policies.yaml"]),
    line=st.integers(0, 10_000),
    how=st.sampled_from(["delete", "indent", "repeat", "junk", "value"]),
    junk=st.sampled_from(JUNK),
)
def test_whatever_is_typed_check_answers(
    shipped_files: dict[str, str], file: str, line: int, how: str, junk: str
) -> None:
    lines = shipped_files[file].split("\n")
    at = line % len(lines)
    key = lines[at].partition(":")[0]
    lines[at : at + 1] = {
        "delete": [],
        "indent": [f"   {lines[at].strip()}"],
        "repeat": [lines[at], lines[at]],
        "junk": [junk],
        "value": [f"{key}: {junk}"],
    }[how]
    report = check({**shipped_files, file: "\n".join(lines)}, TODAY)
    assert all(error.message and error.file for error in report.errors)


SISTERS = """
tiers:
  surgical:
    openings: {{other_locations: [{keys}]}}
"""
SITES = {"boise": "opendental:idaho", "meridian": "opendental:idaho", "phoenix": "opendental:phoenix"}


@pytest.mark.parametrize(
    ("file", "keys", "message", "hint"),
    [
        ("locations/boise/own.yaml", "meridan", "there is no location `meridan`", "did you mean meridian?"),
        ("locations/boise/own.yaml", "phoenix", "phoenix cannot take patients of boise", "the same `account`"),
        ("organisation/all.yaml", "boise, meridian", "boise cannot take patients of phoenix", "locations/phoenix/"),
    ],
)
def test_an_office_that_does_not_know_the_patient_is_refused(file: str, keys: str, message: str, hint: str) -> None:
    report = check({file: SISTERS.format(keys=keys)}, TODAY, sites=SITES)
    found = [error for error in report.errors if message in error.message]
    assert found, [str(error) for error in report.errors]
    assert hint in found[0].hint
    assert (found[0].file, found[0].line) == (file, 4)


def test_sister_offices_may_be_named_and_an_unknown_world_refuses_nobody() -> None:
    for name in ("boise", "meridian"):
        assert check({f"locations/{name}/own.yaml": SISTERS.format(keys="boise, meridian")}, TODAY, sites=SITES).ok
    assert check({"organisation/all.yaml": SISTERS.format(keys="anywhere")}, TODAY).ok
