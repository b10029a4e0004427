"""A batch as its page shows it: each file, its school, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keystage.actions.gateway.batches.sending import job_of
from keystage.actions.gateway.batches.submitting import SUBMIT
from keystage.store.models import Batch, Job, Organisation, Submission
from keystage.web.wording import plural

#: How a file's state looks; the words say the same.
_COLOURS = {
    "Submitted": "green",
    "Ready": "blue",
    "Ready, look again": "yellow",
    "Refused": "red",
    "Left out": "red",
    "Withdrawn": "grey",
}
_STATES = {
    Submission.State.TAKEN: "Submitted",
    Submission.State.REFUSED: "Refused",
    Submission.State.WITHDRAWN: "Withdrawn",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A file of a batch.

    Attributes:
        name: what it is called; empty for somebody who may not see the names of files.
        school: the name of its school; empty where it was put to none.
        number: the school's number as the file has it.
        state: what became of it, in a word or two.
        colour: the colour that goes with it.
        code: the check that keeps it out, if one does.
        why: what is wrong.
        todo: what to do about it.
        return_state: how far the school's return is, in words; empty where it was put to none.
        school_code: the URN of its school; empty where it was put to none.
        submission: the identity of the file in the return of its school; empty where it has none.
    """

    name: str
    school: str
    number: str
    state: str
    code: str
    why: str
    todo: str
    return_state: str
    school_code: str = ""
    submission: str = ""

    @property
    def colour(self) -> str:
        """The colour that goes with the state."""
        return _COLOURS[self.state]


def rows_of(batch: Batch, *, names: bool) -> list[Row]:
    """Each file of a batch, in its order; what systems add to archives is left out."""
    submissions = {
        str(one.pk): one
        for one in batch.submissions.select_related("school_return").defer("content", "pupils")
    }
    codes = [one["school"] for one in batch.members if one.get("school")]
    schools = dict(
        Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code__in=codes).values_list(
            "code", "name"
        )
    )
    kept_back = _kept_back(batch)
    return [
        _row(one, submissions.get(one.get("submission", "")), schools, kept_back, names=names)
        for one in batch.members
        if one["state"] != "passed over"
    ]


def _kept_back(batch: Batch) -> Mapping[str, str]:
    """Why files were not submitted when somebody submitted what was ready, by submission."""
    job = job_of(batch, SUBMIT)
    return job.outcome.get("kept back", {}) if job and job.state == Job.State.DONE else {}


def _row(
    member: Mapping[str, Any],
    submission: Submission | None,
    schools: Mapping[str, str],
    kept_back: Mapping[str, str],
    *,
    names: bool,
) -> Row:
    code, why, todo = (member.get(part, "") for part in ("code", "message", "todo"))
    state, after = "Left out", ""
    if submission is not None:
        state = _state(submission)
        code, why, todo = _said(submission)
        after = submission.school_return.get_state_display()
        if submission.state == Submission.State.UPLOADED and str(submission.pk) in kept_back:
            why = kept_back[str(submission.pk)]
    return Row(
        name=member["name"] if names else "",
        school=schools.get(member.get("school", ""), ""),
        number=member.get("number", ""),
        state=state,
        code=code,
        why=" ".join(filter(None, (why, member.get("note", "")))),
        todo=todo,
        return_state=after,
        school_code=member.get("school", ""),
        submission=member.get("submission", ""),
    )


def _state(submission: Submission) -> str:
    if submission.state != Submission.State.UPLOADED:
        return _STATES[Submission.State(submission.state)]
    return "Ready" if submission.verdict == Submission.Verdict.GREEN else "Ready, look again"


def _said(submission: Submission) -> tuple[str, str, str]:
    """The most serious finding of a file that is not all well, and how many there are.

    A sentence about a pupil stays with the school: here stands only which check it is.
    """
    red, amber = submission.red, submission.amber
    if not red and not amber:
        return "", "", ""
    parts = [plural(red, "fault", "faults")] if red else []
    if amber:
        parts.append(f"{plural(amber, 'thing', 'things')} to look at")
    wanted = "red" if red else "amber"
    codes = sorted({one["code"] for one in submission.findings if one["severity"] == wanted})
    todo = "The school sees each of them on the page of this file."
    return ", ".join(codes), " and ".join(parts), todo


HEADS = ("File", "School", "Number", "State", "Check", "What is wrong", "What to do", "Return")


def lines_of(rows: list[Row]) -> Iterator[tuple[str, ...]]:
    """The rows for a spreadsheet, with their head."""
    yield HEADS
    for row in rows:
        yield (
            row.name, row.school, row.number, row.state, row.code, row.why, row.todo,
            row.return_state,
        )  # fmt: skip
