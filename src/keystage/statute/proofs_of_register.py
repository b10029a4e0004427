"""What must be true of a year's test week; each proof yields what is wrong."""

from collections.abc import Iterator

from keystage.core.subjects import TESTED
from keystage.statute.assembly import unnamed_sources
from keystage.statute.collection import Collection
from keystage.statute.fault import Fault
from keystage.statute.register import TestRegister


def prove_register(whole: TestRegister, collection: Collection) -> Iterator[Fault]:
    """Yield everything wrong with a test week, held against the collection of its year."""
    yield from unnamed_sources(whole, whole.sources)
    yield from _papers(whole, collection)
    yield from _codes(whole, collection)
    yield from _sorts(whole)
    yield from _entry(whole)
    if whole.declaration.longest < 1:
        yield Fault(
            f"The longest explanation has {whole.declaration.longest} characters.",
            ("declaration", "longest"),
            "Give a whole number above 0.",
        )


def _papers(whole: TestRegister, collection: Collection) -> Iterator[Fault]:
    for key, paper in whole.papers.papers.items():
        if paper.subject not in TESTED:
            yield Fault(
                f"There is no test in {paper.subject}.",
                ("papers", "papers", key),
                f"Choose one of {', '.join(TESTED)}.",
            )
    for test, keys in whole.tests():
        marks = [whole.papers.papers[key].marks for key in keys]
        known = [mark for mark in marks if mark is not None]
        if not keys:
            yield Fault(f"The {test} test has no paper.", ("papers", "papers"), "Add its papers.")
        elif len(known) == len(marks) and sum(known) != collection.marks.of(test):
            yield Fault(
                f"The papers of the {test} test have {sum(known)} marks, "
                f"and the test has {collection.marks.of(test)}.",
                ("papers", "papers", keys[0]),
                "Correct the marks of its papers.",
            )


def _codes(whole: TestRegister, collection: Collection) -> Iterator[Fault]:
    known = collection.registrations.codes
    implied: list[str] = []
    for code, one in whole.attendance.codes.items():
        place = ("attendance", "codes", code)
        for registration in (*one.registrations, *one.implied_by):
            if registration not in known:
                yield Fault(
                    f"{registration} is no registration of the year.",
                    place,
                    f"Choose one of {', '.join(known)}.",
                )
        if one.outcome and one.outcome not in collection.test_codes.codes:
            yield Fault(
                f"{one.outcome} is no code of results of the year.", place, "Correct the outcome."
            )
        if one.script and (one.whole_test or one.outcome):
            yield Fault(
                f"{code} has a script, and says an outcome or speaks of the whole test.",
                place,
                "Let the marks decide, or say that there is no script.",
            )
        implied += one.implied_by
    if not any(one.script for one in whole.attendance.codes.values()):
        yield Fault(
            "No code says that there is a script.", ("attendance", "codes"), "Add the code."
        )
    for outcome in whole.attendance.no_script:
        if outcome not in collection.test_codes.codes:
            yield Fault(
                f"{outcome} is no code of results of the year.",
                ("attendance", "no_script"),
                "Correct the outcome.",
            )
    if len(implied) != len(set(implied)):
        yield Fault(
            "A registration says two codes by itself.",
            ("attendance", "codes"),
            "Leave it with one of them.",
        )


def _sorts(whole: TestRegister) -> Iterator[Fault]:
    for key, sort in whole.arrangements.sorts.items():
        strange = [test for test in sort.tests if test not in TESTED]
        if strange:
            yield Fault(
                f"There is no test in {strange[0]}.",
                ("arrangements", "sorts", key),
                f"Choose one of {', '.join(TESTED)}.",
            )


def _entry(whole: TestRegister) -> Iterator[Fault]:
    if whole.entry is None:
        return
    seen: set[str] = set()
    for key, kind in whole.entry.kinds.items():
        place = ("entry", "kinds", key)
        for twice in sorted(seen & set(kind.types)):
            yield Fault(
                f"Schools of the type {twice} are of two kinds.", place, "Leave it with one."
            )
        seen |= set(kind.types)
        if kind.blocks and not (kind.order or kind.agreement):
            yield Fault(
                f"{kind.label} waits for nothing, and is kept from registering.",
                place,
                "Say what it waits for.",
            )
    if not whole.entry.materials:
        yield Fault("No test is ordered as anything.", ("entry", "materials"), "Add a material.")
