"""A release too large for one request: a worker writes it, may die, and nothing shows before."""

from datetime import timedelta

import polars as pl
import pytest
from cast_of_tests import YEAR
from releases_of_tests import Agency, file_of, line, marks_of, table_file

from keystage.actions import jobs
from keystage.actions.errors import RefusedError
from keystage.actions.releases import preparing_later, releasing, writing
from keystage.actions.releases.preparing import Given
from keystage.store.models import AuditEvent, Job, Pupil, ReleasedResult, ResultsRelease

pytestmark = pytest.mark.django_db
Kind = ResultsRelease.Kind


def later(agency: Agency, data: bytes, **values: object) -> ResultsRelease:
    given = Given(
        kind=Kind.FULL, name="results.csv", data=data, table_name="table.csv", table=table_file(),
        schools_at=agency.at, receiving_at=agency.at + timedelta(days=1), **values,  # type: ignore[arg-type]  # values of tests
    )  # fmt: skip
    return preparing_later.prepare_later(
        organisation=agency.organisation, year=YEAR, given=given, by=agency.one
    )


def work(release: ResultsRelease) -> ResultsRelease:
    jobs.run_job.call(str(release.pk))
    release.refresh_from_db()
    return release


def test_a_worker_writes_what_one_request_would_have(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "AT_ONCE", 5)
    made = work(later(agency, marks_of(pupils)))
    names = ("school", "upn", "surname", "birth_date", "subject", "raw_mark", "papers",
             "scaled_score", "outcome", "taken_back")  # fmt: skip
    written = set(map(repr, made.results.values_list(*names)))

    at_once = agency.prepare(marks_of(pupils), note="another")

    assert written == set(map(repr, at_once.results.values_list(*names)))
    assert len(written) == made.results.count() == 18
    assert made.counts == at_once.counts
    assert AuditEvent.objects.filter(action="release prepared").count() == 2
    assert not Job.objects.get(pk=made.pk).content


def test_nobody_approves_what_is_not_whole_and_asking_twice_asks_once(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = later(agency, marks_of(pupils))
    assert later(agency, marks_of(pupils)) == made
    assert Job.objects.filter(kind=preparing_later.KIND).count() == 1
    with pytest.raises(RefusedError, match="still being prepared"):
        releasing.approve(release=made, by=agency.other)

    releasing.approve(release=work(made), by=agency.other)


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "AT_ONCE", 4)
    made = later(agency, marks_of(pupils))
    real, steps = writing.write_some, []

    def dying(*what: object) -> object:
        steps.append(what)
        if len(steps) == 3:
            raise KeyboardInterrupt
        return real(*what)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(preparing_later, "write_some", dying)
    with pytest.raises(KeyboardInterrupt):
        work(made)
    assert (made.results.count(), writing.is_whole(made)) == (8, False)
    Job.objects.filter(pk=made.pk).update(state=Job.State.STALE)
    with pytest.raises(RefusedError, match="not yours"):
        preparing_later.go_on(release=made, by=agency.other)
    preparing_later.go_on(release=made, by=agency.one)

    work(made)

    assert made.results.count() == made.counts["rows"] == 18
    Job.objects.filter(pk=made.pk).update(state=Job.State.QUEUED)
    assert work(made).results.count() == 18
    assert AuditEvent.objects.filter(action="release prepared").count() == 1


def test_a_file_with_faults_leaves_nothing_but_the_list_of_them(
    agency: Agency, pupils: list[Pupil]
) -> None:
    bad = line(pupils[0], "reading", 26).replace("9990301", "9990399")
    made = work(later(agency, file_of([bad, line(pupils[1], "reading", 26)])))

    assert (made.withdrawn_at is not None, made.results.count()) == (True, 0)
    found = preparing_later.faults_of(made, by=agency.one)
    assert found is not None
    assert found["what"].to_list() == ["There is no such school."]
    job = Job.objects.get(pk=made.pk)
    assert (job.state, job.outcome) == (Job.State.DONE, {"faults": 1})
    assert pupils[0].upn not in f"{job.message}{made.counts}"
    assert AuditEvent.objects.filter(action="release refused").exists()


def test_a_file_that_cannot_be_read_is_refused_in_words(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = work(later(agency, b"Name,Colour\nx,y\n"))

    assert made.withdrawn_at is not None
    assert Job.objects.get(pk=made.pk).message.endswith("Nothing was kept.")
    assert preparing_later.faults_of(made, by=agency.one) is None


def test_a_release_taken_back_while_it_is_written_keeps_no_row(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "AT_ONCE", 4)
    made = later(agency, marks_of(pupils))
    real = writing.write_some

    def taken_back(*what: object) -> object:
        found = real(*what)  # type: ignore[arg-type]  # as it is called
        releasing.withdraw(release=made, by=agency.other)
        return found

    monkeypatch.setattr(preparing_later, "write_some", taken_back)
    work(made)

    assert not ReleasedResult.objects.filter(release=made).exists()
    assert Job.objects.get(pk=made.pk).state == Job.State.FAILED
    with pytest.raises(RefusedError, match="not there any longer"):
        preparing_later.go_on(release=made, by=agency.one)


def test_texts_come_into_the_database_as_they_are(agency: Agency, pupils: list[Pupil]) -> None:
    Pupil.objects.filter(pk=pupils[0].pk).update(surname="O'\"Neill, \\N", forename="\\N")
    Pupil.objects.filter(pk=pupils[1].pk).update(surname="Æther\n二", birth_date=None)

    agency.release(marks_of(pupils[:2]))

    kept = {row.upn: row for row in ReleasedResult.objects.all()}
    first, second = kept[pupils[0].upn], kept[pupils[1].upn]
    assert (first.surname, first.forename) == ("O'\"Neill, \\N", "\\N")
    assert (second.surname, second.birth_date, second.papers) == ("Æther\n二", None, {})


def test_the_rows_are_in_one_order_however_often_they_are_read() -> None:
    rows = pl.DataFrame({"school": ["2", "1", "2"], "upn": ["B", "C", "A"]})

    ordered = writing.in_order(rows, {"1": 20, "2": 10})

    assert ordered["upn"].to_list() == ["A", "B", "C"]
