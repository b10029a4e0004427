"""What must be true of a collection: each proof yields what is wrong, and nothing if sound."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import get_args

from keystage.core.subjects import TESTED, Subject
from keystage.statute.assembly import unnamed_sources
from keystage.statute.collection import Collection
from keystage.statute.collection_rules import Saying
from keystage.statute.fault import Fault
from keystage.statute.proofs_of_codes import prove_codes

_VERSION = re.compile(r"[0-9]{2}\.0")
_HUNDRED = 100
_LA, _ESTABLISHMENT = 3, 4  # characters of the two parts of a school's number


def prove_collection(whole: Collection) -> Iterator[Fault]:
    """Yield everything wrong with a collection; nothing if it is sound."""
    yield from unnamed_sources(whole, whole.sources)
    yield from _academic_year(whole)
    yield from _format(whole)
    yield from _cohort(whole)
    yield from _test_week(whole)
    yield from _window(whole)
    yield from prove_codes(whole)
    yield from _sayings(whole)
    yield from _results(whole)
    yield from _conversion(whole)
    yield from _limits(whole)


def _academic_year(whole: Collection) -> Iterator[Fault]:
    starts, ends = whole.academic_year.starts, whole.academic_year.ends
    year = whole.year.id
    if (starts.year, ends.year) != (year - 1, year):
        yield Fault(
            f"The academic year runs from {starts} to {ends}, but the results are of {year}.",
            ("academic_year", "starts"),
            f"It should start in {year - 1} and end in {year}.",
        )
    label = f"{year - 1}/{year % 100:02}"
    if whole.year.label != label:
        yield Fault(
            f"The academic year is called {whole.year.label}.",
            ("year", "label"),
            f"Write {label}.",
        )


def _format(whole: Collection) -> Iterator[Fault]:
    form = whole.format
    for key in ("version", "previous"):
        if not _VERSION.fullmatch(getattr(form, key)):
            yield Fault(
                f"{key} is {getattr(form, key)}, which is no version.",
                ("format", key),
                "Write two digits, a full stop and 0, such as 25.0.",
            )
    usual = f"{whole.academic_year.starts.year % 100:02}.0"
    if (form.version != usual) is not bool(form.unusual_version):
        yield Fault(
            f"The version is {form.version}, where {usual} goes with the academic year.",
            ("format", "version"),
            "Correct it, or say in unusual_version why it is another; leave that out if it is not.",
        )
    if form.previous >= form.version:
        yield Fault(
            f"The version before {form.version} cannot be {form.previous}.",
            ("format", "previous"),
            "Give a lower one.",
        )
    if (len(form.destination_la), len(form.destination_estab)) != (_LA, _ESTABLISHMENT):
        yield Fault(
            "The destination is not of three and four characters.",
            ("format", "destination_la"),
            "Correct it.",
        )
    for key, written, accepted in (
        ("destinations_read", form.destination_la + form.destination_estab, form.destinations_read),
        ("name_types_read", form.name_type, form.name_types_read),
    ):
        if written not in accepted:
            yield Fault(
                f"{written} is written, but not read.", ("format", key), f"Add it to {key}."
            )


def _cohort(whole: Collection) -> Iterator[Fault]:
    cohort, year = whole.cohort, whole.academic_year
    for key, born, turns in (
        ("born_from", cohort.born_from, year.starts),
        ("born_to", cohort.born_to, year.ends),
    ):
        if (born.year + cohort.age, born.month, born.day) != (turns.year, turns.month, turns.day):
            yield Fault(
                f"A pupil born on {born} does not turn {cohort.age} on {turns}.",
                ("cohort", key),
                "Give the birth dates of those who reach the age within the academic year.",
            )


def _test_week(whole: Collection) -> Iterator[Fault]:
    week = whole.test_week
    if week is not None and not _in_order(whole, week.first, week.last):
        yield Fault(
            f"The tests run from {week.first} to {week.last}.",
            ("test_week", "first"),
            "Give the first day, then the last, both within the academic year.",
        )


def _window(whole: Collection) -> Iterator[Fault]:
    window, week = whole.window, whole.test_week
    if window is None:
        return
    if (window.opens is None) is not bool(window.opens_unknown):
        yield Fault(
            "The first day of the window is given, and called unknown."
            if window.opens
            else "The first day of the window is neither given nor unknown.",
            ("window", "opens" if window.opens else "closes"),
            'Write either opens, or opens_unknown = "why".',
        )
    if not _in_order(whole, window.opens or window.closes, window.closes):
        yield Fault(
            f"The window runs from {window.opens or 'an unknown day'} to {window.closes}.",
            ("window", "closes"),
            "Give a window that opens before it closes, within the academic year.",
        )
    if week is not None and window.closes <= week.last:
        yield Fault(
            f"The window closes on {window.closes}, before the tests are over.",
            ("window", "closes"),
            "Correct it or the days of the tests.",
        )


def _in_order(whole: Collection, first: date, last: date) -> bool:
    return whole.academic_year.starts <= first <= last <= whole.academic_year.ends


def _sayings(whole: Collection) -> Iterator[Fault]:
    """What rules ask of outcomes is said by one code each."""
    for what in get_args(Saying):
        if len(codes := whole.test_codes.saying(what)) != 1:
            yield Fault(
                f"The outcomes that say {what} are {' and '.join(codes) or 'none'}.",
                ("test_codes",),
                f'Write says = "{what}" with one code.',
            )


def _results(whole: Collection) -> Iterator[Fault]:
    scale = whole.scale
    if not scale.lowest < scale.expected < scale.higher < scale.highest:
        yield Fault(
            "The lowest, expected, higher and highest scores are out of order.",
            ("scale", "lowest"),
            "Correct the scores.",
        )
    for subject in TESTED:
        if whole.marks.of(subject) < 1:
            yield Fault(
                f"The highest mark in {subject} is {whole.marks.of(subject)}.",
                ("marks", subject),
                "Give a whole number above 0.",
            )


def _conversion(whole: Collection) -> Iterator[Fault]:
    if whole.conversion is None:
        return
    for subject in TESTED:
        pairs = whole.conversion.of(subject)
        if pairs and (pairs[0][0] < 0 or pairs[-1][0] != whole.marks.of(subject)):
            yield Fault(
                f"The scores in {subject} do not run up to the highest mark.",
                ("conversion", subject),
                f"Give a pair for every mark up to {whole.marks.of(subject)}.",
            )
        yield from _pairs(whole, subject, pairs)


def _pairs(
    whole: Collection, subject: Subject, pairs: tuple[tuple[int, int], ...]
) -> Iterator[Fault]:
    for place, (mark, score) in enumerate(pairs):
        if not whole.scale.lowest <= score <= whole.scale.highest:
            yield Fault(
                f"The mark {mark} in {subject} has the score {score}, which is off the scale.",
                ("conversion", subject, place),
                f"Scores go from {whole.scale.lowest} to {whole.scale.highest}.",
            )
    for place, ((mark, score), (after, higher)) in enumerate(pairwise(pairs), start=1):
        if after != mark + 1 or higher < score:
            yield Fault(
                f"In {subject} the mark {after} ({higher}) follows {mark} ({score}).",
                ("conversion", subject, place),
                "Marks go up one by one, and scores never fall.",
            )


def _limits(whole: Collection) -> Iterator[Fault]:
    limits, identity = whole.limits, whole.identity
    for name, key, value, highest in (
        ("limits", "birth_date_years", limits.birth_date_years, _HUNDRED),
        ("limits", "not_assessed_percent", limits.not_assessed_percent, _HUNDRED),
        ("limits", "same_value_pupils", limits.same_value_pupils, None),
        ("identity", "name_length", identity.name_length, None),
    ):
        if value < 1 or (highest is not None and value > highest):
            yield Fault(
                f"{key} is {value}.",
                (name, key),
                "Give a whole number from 1" + (f" to {highest}." if highest else "."),
            )
    for sign in identity.name_signs:
        if len(sign) != 1 or sign.isalnum():
            yield Fault(
                f"“{sign}” is not one sign.",
                ("identity", "name_signs"),
                "Letters and digits are allowed without being listed; list single signs.",
            )
    if not identity.sexes:
        yield Fault("There are no sexes.", ("identity", "sexes"), "List the codes of the files.")
