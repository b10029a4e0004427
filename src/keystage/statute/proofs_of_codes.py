"""Proofs of the codes of a collection: what may be sent, what is gone, what is due from whom."""

from collections.abc import Iterator

from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.collection import Collection
from keystage.statute.collection_codes import Registration
from keystage.statute.fault import Fault
from keystage.statute.reading import Step


def prove_codes(whole: Collection) -> Iterator[Fault]:
    """Yield what is wrong with judgements, old codes, registrations and requirements."""
    yield from _judgements(whole)
    yield from _withdrawn(whole)
    yield from _p_scales(whole)
    yield from _registrations(whole)
    yield from _requirements(whole)
    yield from _test_codes(whole)


def _judgements(whole: Collection) -> Iterator[Fault]:
    for subject in ASSESSED:
        if not whole.codes(subject):
            yield Fault(
                f"There is no code for {subject}.",
                ("judgements", subject),
                "List the codes a school may send.",
            )
        for code in whole.codes(subject):
            path: tuple[Step, ...] = ("judgements", subject, code)
            if code != code.strip().upper():
                yield Fault(
                    f"The code {code} is not in capitals, as codes are compared.",
                    path,
                    f"Write {code.strip().upper()}.",
                )
            if code in whole.agency_codes.codes:
                yield Fault(
                    f"The code {code} may be sent in {subject}, and is set by the agency only.",
                    path,
                    "Remove it here or from [agency_codes].",
                )


def _withdrawn(whole: Collection) -> Iterator[Fault]:
    for code, item in whole.withdrawn.codes.items():
        path: tuple[Step, ...] = ("withdrawn", "codes", code)
        if item.last_year >= whole.year.id:
            yield Fault(
                f"The code {code} ended after {item.last_year}, which is not before this year.",
                path,
                "Move it to [judgements], or correct last_year.",
            )
        if not item.subjects or not set(item.subjects) <= set(ASSESSED):
            yield Fault(
                f"The code {code} ended in {', '.join(item.subjects) or 'no subject'}.",
                path,
                f"Name some of {', '.join(ASSESSED)}.",
            )
            continue
        for subject in item.subjects:
            if code in whole.codes(subject):
                yield Fault(
                    f"The code {code} has ended in {subject}, and may be sent in it.",
                    path,
                    "Remove it here or from [judgements].",
                )
            if item.instead and item.instead not in whole.codes(subject):
                yield Fault(
                    f"{item.instead} is named instead of {code}, but is no code of {subject}.",
                    path,
                    "Name a code of every subject, or leave instead out.",
                )


def _p_scales(whole: Collection) -> Iterator[Fault]:
    scales = whole.p_scales
    if scales is not None and not any(scales.beside in whole.codes(s) for s in ASSESSED):
        yield Fault(
            f"P scales go with {scales.beside}, which is no code of this year.",
            ("p_scales", "beside"),
            "Name a code of [judgements].",
        )


def _registrations(whole: Collection) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for code, item in whole.registrations.codes.items():
        path: tuple[Step, ...] = ("registrations", "codes", code)
        if item.sits + item.below + bool(item.elsewhere) > 1:
            yield Fault(
                f"What {code} says contradicts itself.",
                path,
                "A pupil sits the test, works below it, or belongs elsewhere: one at most.",
            )
        if item.elsewhere and not _is_elsewhere(whole, item):
            yield Fault(
                f"{item.elsewhere} stands in place of judgements for {code}, but is no such code "
                "of writing and science.",
                path,
                'Name a code of the group "elsewhere".',
            )
        for spelling in {text.casefold() for text in (code, item.label, *item.spellings)}:
            if spelling in seen:
                yield Fault(
                    f"“{spelling}” is read as {seen[spelling]} and as {code}.",
                    path,
                    "Give each spelling to one registration.",
                )
            seen[spelling] = code


def _is_elsewhere(whole: Collection, item: Registration) -> bool:
    return all(
        item.elsewhere in whole.codes(subject, "elsewhere")
        for subject in (Subject.WRITING, Subject.SCIENCE)
    )


def _requirements(whole: Collection) -> Iterator[Fault]:
    due = whole.requirements.due
    for code in sorted(whole.registrations.codes.keys() ^ due.keys()):
        yield Fault(
            f"There is no requirement for the registration {code}."
            if code not in due
            else f"There is no registration {code}.",
            ("requirements", "due", code),
            "Every registration has one requirement, and nothing else has.",
        )
    for code in due:
        if code in whole.registrations.codes:
            for subject in ASSESSED:
                yield from _due(whole, code, subject)
    for subject in ASSESSED:
        tests = whole.requirements.decided_by.of(subject)
        if not tests or not set(tests) <= set(TESTED):
            yield Fault(
                f"No test decides about {subject}."
                if not tests
                else f"{', '.join(sorted(set(tests) - set(TESTED)))} has no test to decide by.",
                ("requirements", "decided_by"),
                f"Name some of {', '.join(TESTED)}.",
            )


def _due(whole: Collection, registration: str, subject: Subject) -> Iterator[Fault]:
    path: tuple[Step, ...] = ("requirements", "due", registration, subject)
    elsewhere = whole.registrations.codes[registration].elsewhere
    others = whole.codes(subject, "elsewhere")
    allowed = [
        code
        for code in whole.codes(subject)
        if (code == elsewhere if elsewhere else code not in others)
    ]
    for code in whole.due(registration, subject):
        if code not in allowed:
            yield Fault(
                f"{code} in {subject} does not go with the registration {registration}.",
                path,
                f"Use some of {', '.join(allowed)}." if allowed else "Write [].",
            )


def _test_codes(whole: Collection) -> Iterator[Fault]:
    for code, item in whole.test_codes.codes.items():
        if item.with_score and item.kind != "outcome":
            yield Fault(
                f"{code} stands beside an outcome, and has a score of its own.",
                ("test_codes", "codes", code),
                "Remove with_score.",
            )
