"""What the makers of a release look at before they approve it, made once with the release.

How schools' progress scores are spread, the national reference where it was derived, and checks of
quality with an answer each. It is of complete figures and is shown to makers and reviewers alone.
"""

import zlib
from collections.abc import Iterator
from typing import Literal

import msgspec

from keystage.core.errors import InputError
from keystage.flows.figures.contents import Kind

#: Whether a check found nothing, something to look at, something wrong, or could not be made.
Answer = Literal["pass", "look", "fail", "none"]
ANSWERS: dict[Answer, str] = {
    "fail": "Wrong",
    "look": "To be looked at",
    "none": "Not checked",
    "pass": "In order",
}


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a review."""


class Share(_Part, frozen=True, kw_only=True):
    """One row of a distribution: a share of the schools, best first.

    Attributes:
        label: which share, such as ``Next 20%``.
        percent: how large the share is meant to be.
        low: the lowest printed score of the share; empty where it is open.
        high: the highest printed score; empty where it is open.
        schools: how many schools have a score in this range; schools with one score stay together.
        shipped_low: the lowest score in the year's own table; empty without one.
        shipped_high: the highest score there.
    """

    label: str
    percent: str
    low: str
    high: str
    schools: int
    shipped_low: str = ""
    shipped_high: str = ""


class Bar(_Part, frozen=True, kw_only=True):
    """Schools whose printed score is at least ``low`` and below ``high``."""

    low: str
    high: str
    schools: int


class Banded(_Part, frozen=True, kw_only=True):
    """Schools in one band: its code, its words, how many and what share of those in a band."""

    band: str
    words: str
    schools: int
    percent: str


class Distribution(_Part, frozen=True, kw_only=True):
    """How schools' progress scores in a subject are spread.

    Attributes:
        subject: the subject.
        label: the subject, for people.
        of: which schools are counted, in words.
        schools: how many schools have a score.
        mean: the mean of their scores, each school counted once.
        deviation: the standard deviation of their scores; empty with fewer than two schools.
        lowest: the lowest printed score.
        median: the printed score in the middle, the lower of two.
        highest: the highest printed score.
        shares: the rows of the guide's table.
        bars: a histogram, lowest first.
        bands: schools in each band, best first; none where the year has no bands.
    """

    subject: str
    label: str
    of: str
    schools: int
    mean: str
    deviation: str
    lowest: str
    median: str
    highest: str
    shares: tuple[Share, ...]
    bars: tuple[Bar, ...]
    bands: tuple[Banded, ...]


class GroupOfSubject(_Part, frozen=True, kw_only=True):
    """A prior attainment group in a subject.

    Attributes:
        subject: the subject.
        pupils: how many pupils its average is made from.
        mean: the average of their points.
        deviation: the standard deviation of their points.
        minimum: the lowest score of a pupil; empty where there is none.
        shipped_mean: the average in the year's own tables; empty where it has none.
        shipped_minimum: the lowest score there.
        shipped_deviation: the standard deviation there.
    """

    subject: str
    pupils: int
    mean: str
    deviation: str
    minimum: str = ""
    shipped_mean: str = ""
    shipped_minimum: str = ""
    shipped_deviation: str = ""


class Group(_Part, frozen=True, kw_only=True):
    """A prior attainment group: its number, the averages it holds, and each subject."""

    group: int
    low: str
    high: str
    subjects: tuple[GroupOfSubject, ...]


class ReferenceOfSubject(_Part, frozen=True, kw_only=True):
    """The reference of a subject as a whole.

    Attributes:
        subject: the subject.
        label: the subject, for people.
        pupils: how many pupils the averages are made from.
        deviation: the standard deviation of pupil progress.
        multiplier: how many deviations below the average the lowest score lies.
        shipped_deviation: the standard deviation in the year's own tables; empty without one.
        shipped_multiplier: the multiplier there.
    """

    subject: str
    label: str
    pupils: int
    deviation: str
    multiplier: str = ""
    shipped_deviation: str = ""
    shipped_multiplier: str = ""


class Reference(_Part, frozen=True, kw_only=True):
    """A national reference that was derived from the release's own pupils."""

    of: str
    subjects: tuple[ReferenceOfSubject, ...]
    groups: tuple[Group, ...]


class Checked(_Part, frozen=True, kw_only=True):
    """A check of quality with its answer.

    Attributes:
        code: the check.
        question: what is asked.
        answer: pass, look, fail, or none where it could not be made.
        number: what was counted, with its unit; empty where it was not.
        limit: from which number on it is to be looked at or wrong, in words.
        said: the answer as a sentence.
        todo: what to do about it; empty where nothing is to be done.
        why: why the limit is where it is.
        listed: the schools or groups it is about, the most notable first; not all of many.
    """

    code: str
    question: str
    answer: Answer
    number: str
    limit: str
    said: str
    todo: str = ""
    why: str = ""
    listed: tuple[str, ...] = ()


class Changed(_Part, frozen=True, kw_only=True):
    """How much of a kind of unit is printed otherwise than in the release before.

    Attributes:
        kind: schools, trusts, authorities, regions or the nation.
        touched: units of both releases that have a figure that is another.
        figures: how many figures of theirs are.
        withheld: how many of their suppressed figures were shown and are not.
        shown: how many of these were not shown and are.
    """

    kind: Kind
    touched: int
    figures: int
    withheld: int
    shown: int


class Review(_Part, frozen=True, kw_only=True):
    """What makers look at.

    Attributes:
        layout: the layout of the encoding; another one is refused.
        against: the label of the release it is compared with; empty without one.
        changed: how many figures are others than in that release, by kind of unit.
        checks: every check, in a steady order.
        distributions: one a subject; none in a year without progress.
        no_distributions: why there are none; empty where there are.
        few_schools: whether so few schools have a score that shares of them say little.
        reference: the derived reference; none where it was not derived.
        no_reference: why there is none; empty where there is.
    """

    layout: Literal[1] = 1
    against: str = ""
    changed: tuple[Changed, ...] = ()
    checks: tuple[Checked, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    no_distributions: str = ""
    few_schools: bool = False
    reference: Reference | None = None
    no_reference: str = ""

    def answered(self, answer: Answer) -> Iterator[Checked]:
        """The checks with an answer."""
        return (one for one in self.checks if one.answer == answer)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Review)


def encode(review: Review) -> bytes:
    """A review as bytes: the same review gives the same bytes."""
    return zlib.compress(_ENCODER.encode(review))


def decode(encoded: bytes) -> Review:
    """The review of `encode`.

    Raises:
        InputError: these are no bytes of a review, or of another layout.
    """
    try:
        return _DECODER.decode(zlib.decompress(encoded))
    except (zlib.error, ValueError) as error:
        raise InputError(
            "This is no review of a release of figures.",
            where=str(error),
            todo="Compute the release again: what is kept of it is damaged or of another layout.",
        ) from error
