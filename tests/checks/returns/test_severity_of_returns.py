"""How serious a finding is: data, refused when it is not whole, that heeds channel and day."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.rules import decode_rules, rules
from keystage.checks.returns.run import return_checks
from keystage.checks.returns.severity import Channel, Severity, decode, ratings
from keystage.core.errors import StatuteError

Look = Callable[..., ReturnFindings]

_ONE = '[checks.TA-001]\nseverity = "red"\nbasis = "because"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[checks", "cannot be read"),
        ('[checks.TA-001]\nseverity = "red"', "basis"),
        ('[checks.TA-001]\nseverity = "purple"\nbasis = "x"', "purple"),
        (_ONE + 'colour = "red"', "colour"),
        (
            _ONE
            + '[[checks.TA-001.overrides]]\nseverity = "off"\nbasis = "x"\nchannels = ["post"]',
            "post",
        ),
        (_ONE + '[[off]]\nchannels = ["sheet"]\ncodes = ["TA-002"]\nbasis = "x"', "TA-002"),
        ("", "checks"),
    ],
)
def test_a_severity_file_that_is_not_whole_is_refused(text: str, words: str) -> None:
    with pytest.raises(StatuteError, match=words):
        decode(text, "severity.toml")


@pytest.mark.parametrize("text", ["[shift", "[shift]\npercent = 50"])
def test_a_rules_file_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(StatuteError, match="The values of the rules cannot be read"):
        decode_rules(text, "rules.toml")


def test_the_first_override_that_applies_counts() -> None:
    rating = decode(
        _ONE
        + """
[[checks.TA-001.overrides]]
channels = ["gateway"]
from_year = 2019
to_year = 2022
severity = "amber"
basis = "x"
[[checks.TA-001.overrides]]
after_close = true
severity = "grey"
basis = "x"
[[off]]
channels = ["sheet"]
codes = ["TA-001"]
basis = "x"
""",
        "severity.toml",
    )["TA-001"]

    assert rating.of("sheet", 2020, closed=True) is None
    assert rating.of("gateway", 2019, closed=True) == Severity.AMBER
    assert rating.of("gateway", 2018, closed=True) == Severity.GREY
    assert rating.of("gateway", 2023, closed=False) == Severity.RED
    assert rating.of("preflight", 2022, closed=False) == Severity.RED


@pytest.mark.parametrize(
    ("code", "channel", "closed", "severity"),
    [
        ("TA-302", "gateway", False, "amber"),
        ("TA-302", "gateway", True, "red"),
        ("TA-302", "import", True, None),
        ("TA-011", "preflight", False, "red"),
        ("TA-011", "sheet", False, None),
        ("TA-102", "gateway", False, "red"),
        ("TA-102", "import", False, "amber"),
        ("TA-115", "import", False, "red"),
        ("TA-115", "gateway", False, None),
    ],
)
def test_severity_heeds_the_channel_and_the_close(
    code: str, channel: Channel, *, closed: bool, severity: str | None
) -> None:
    assert ratings()[code].of(channel, 2026, closed=closed) == severity


@pytest.mark.parametrize(
    ("today", "severity"),
    [(date(2026, 6, 26), "amber"), (date(2026, 6, 27), "red"), (None, "amber")],
)
def test_a_missing_pupil_is_red_once_the_collection_has_closed(
    today: date | None, severity: str | None, look: Look, examples: Path
) -> None:
    found = look(examples / "fail" / "TA-302", today=today)

    assert found.counts.filter(code="TA-302")["severity"].to_list() == [severity]


def test_every_unusual_pair_is_asked_by_a_check() -> None:
    assert {pair.code for pair in rules().unusual} <= {one.code for one in return_checks()}
