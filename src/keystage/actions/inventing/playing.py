"""A rehearsed season played through, and held against its answer key: what was found, and when.

The registers are compared before anything is sent; every file goes through the gateway; what was
received is held against the list of expected pupils; results are released and looked at. Then the
schools send what they should have sent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keystage.actions.by import By
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.removing import remove
from keystage.actions.gateway.standing.numbers import numbers_of
from keystage.actions.gateway.standing.states import return_of
from keystage.actions.gateway.taking import same_pupil
from keystage.actions.gateway.taking.submitting import submit
from keystage.actions.inventing.figures import Found, Played, When
from keystage.actions.inventing.rehearsal import FAULTY, RIGHT, Rehearsal
from keystage.actions.inventing.results_day import look_at_results
from keystage.actions.inventing.season import ADDRESS
from keystage.actions.reconciling import compare
from keystage.flows.cohort.faulting import SWAPPED
from keystage.flows.cohort.paper import return_name
from keystage.flows.cohort.trail import RETURNS
from keystage.records.circumstances import DELETION_REASONS
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    CohortPupil,
    ReceivedPupil,
    SchoolReturn,
    Sheet,
    Submission,
)

#: Of every so many schools one has a pupil whom nobody registered.
_UNREGISTERED_EVERY = 5
_TESTS = ("reading", "gps", "maths")
_DUPLICATE = DELETION_REASONS[-1]
Say = Callable[[str], None]


def play(scene: Rehearsal, say: Say = lambda _: None) -> Played:
    """Play the season of a rehearsal, as `rehearsal.set_scene` left it.

    Args:
        scene: the rehearsal.
        say: told what is being done.
    """
    played = Played(schools=len(scene.sheets))
    say("Comparing the lists of every school")
    played.found.append(_registered(scene, played))
    say("Sending every file")
    told = {number: _sent(scene, number, played) for number in scene.sheets}
    played.found.extend(_scored(scene, told))
    states = SchoolReturn.objects.filter(year=scene.year)
    played.accepted_first = states.filter(state=SchoolReturn.State.ACCEPTED).count()
    say("Sending what was to be put right")
    for number, sheet in scene.sheets.items():
        if return_of(sheet.school, scene.year).state != SchoolReturn.State.ACCEPTED:
            _put_right(scene, number)
    played.accepted = states.filter(state=SchoolReturn.State.ACCEPTED).count()
    for one in states:
        played.expected += one.expected or 0
        played.received += one.complete or 0
    say("Releasing the results")
    played.found.append(look_at_results(scene, played))
    return played


def _registered(scene: Rehearsal, played: Played) -> Found:
    """Leave a pupil of some schools without a registration; compare; register again."""
    seeded = found = 0
    for at, sheet in enumerate(scene.sheets.values()):
        left_out = _leave_out(sheet) if at % _UNREGISTERED_EVERY == 0 else None
        differ = {(one.kind, one.who) for one in compare(sheet).found.differences}
        if left_out is None:
            played.false_differences += bool(differ)
            continue
        seeded += 1
        found += ("not_registered", str(left_out.pupil_id)) in differ
        left_out.save(update_fields=_TESTS)
    return Found(
        kind="a pupil without a registration", when=When.REGISTRATION, seeded=seeded, found=found
    )


def _leave_out(sheet: Sheet) -> CohortPupil | None:
    """Take the registration of one pupil away; the pupil comes as he or she was."""
    pupils = sheet.cohort.filter(reading="registered", gps="registered", maths="registered")
    found = pupils.order_by("pk").first()
    if found is not None:
        pupils.filter(pk=found.pk).update(reading="", gps="", maths="")
    return found


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What a file was told of: findings, and after it was submitted the expected numbers."""

    findings: list[Mapping[str, Any]]
    numbers: Mapping[str, frozenset[str]]
    accepted: bool


def _sent(scene: Rehearsal, number: str, played: Played) -> _Told:
    """Send a school's file, and submit it if it is kept."""
    sheet = scene.sheets[number]
    if "stale_file" in scene.answers.filter(school=number)["kind"]:
        _take(scene, number, RIGHT, serial=2)
    waiting = _upload(scene, number, FAULTY)
    clean = number not in scene.answers.filter(kind=SWAPPED)["school"]
    faultless = clean and number not in scene.answers["school"]
    if waiting.state == Submission.State.REFUSED:
        played.refused += 1
        if faultless:
            codes = {one["code"] for one in waiting.findings if one["severity"] == "red"}
            played.false_red.append(f"{number}: {', '.join(sorted(codes))}")
    elif waiting.state == Submission.State.UPLOADED:
        _submit(scene, waiting)
    held = return_of(sheet.school, scene.year)
    numbers = numbers_of(held) if waiting.state == Submission.State.TAKEN else None
    return _Told(
        findings=waiting.findings,
        numbers={
            name: frozenset(one.upn for one in getattr(numbers, name)) if numbers else frozenset()
            for name in ("incomplete", "unexpected", "missing")
        },
        accepted=held.state == SchoolReturn.State.ACCEPTED,
    )


def _file(scene: Rehearsal, number: str, folder: str) -> tuple[str, bytes]:
    place = scene.files / folder / RETURNS / number[:3]
    (path,) = place.glob(f"{number}_*")
    return path.name, path.read_bytes()


def _upload(scene: Rehearsal, number: str, folder: str, serial: int | None = None) -> Submission:
    name, content = _file(scene, number, folder)
    if serial is not None:
        name = return_name(number, load_collection(scene.year), serial)
    given = Given(name=name, content=content, channel=Submission.Channel.BATCH)
    by = By(scene.people["authority_officer"], ADDRESS)
    return upload(scene.sheets[number].school, scene.year, given, by=by)


def _submit(scene: Rehearsal, waiting: Submission) -> None:
    """Submit a file as the second person, who says that no two pupils are the same."""
    by = By(scene.people["authority_officer_second"], ADDRESS)
    for one in same_pupil.open_questions(waiting):
        same_pupil.answer(waiting, one.upn, same=False, by=by)
    submit(waiting, by=by)


def _take(scene: Rehearsal, number: str, folder: str, serial: int) -> None:
    waiting = _upload(scene, number, folder, serial)
    if waiting.state == Submission.State.UPLOADED:
        _submit(scene, waiting)


def _put_right(scene: Rehearsal, number: str) -> None:
    """Send the right file of a school, and take out who was received and is not expected."""
    _take(scene, number, RIGHT, serial=3)
    held = return_of(scene.sheets[number].school, scene.year)
    numbers = numbers_of(held)
    by = By(scene.people["authority_officer_second"], ADDRESS)
    for one in numbers.unexpected if numbers else ():
        remove(
            ReceivedPupil.objects.get(school_return=held, upn=one.upn, removed_at=None),
            reason=_DUPLICATE,
            by=by,
        )


def _scored(scene: Rehearsal, told: Mapping[str, _Told]) -> Iterator[Found]:
    """Of each kind of mistake in returns: how many were found, and where they show first."""
    shown = scene.answers.filter(scene.answers["kind"] != SWAPPED)
    for (kind,), rows in shown.group_by("kind", maintain_order=True):
        found = [_found(row, told[row["school"]]) for row in rows.iter_rows(named=True)]
        when = When.NUMBERS if str(kind) in _BY_NUMBERS else When.UPLOAD
        yield Found(kind=str(kind), when=when, seeded=len(found), found=sum(found))


#: Mistakes that leave a file fit to be taken: what shows them is who is expected.
_BY_NUMBERS = {"missed": "missing", "leaver_left_out": "missing"}


def _found(answer: Mapping[str, Any], told: _Told) -> bool:
    """Whether a mistake was told of: by one of its codes, about the same pupil if it is one's."""
    pupils = {answer["upn"], answer["upn_in_file"]} - {None}
    by_code = any(
        one["code"] in answer["tells"] and (not pupils or one["upn"] in pupils)
        for one in told.findings
    )
    listed = _BY_NUMBERS.get(answer["kind"])
    if listed is None:
        return by_code
    return by_code and answer["upn"] in told.numbers[listed] and not told.accepted
