"""The state of a return for its first page: numbers both ways, dates, and what to do next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.gateway.receiving.knowing import phase_of
from keystage.actions.gateway.standing.lateness import came_late, is_late
from keystage.actions.gateway.standing.numbers import Counted, Numbers
from keystage.actions.gateway.standing.states import NOBODY, is_nobody, not_yet
from keystage.actions.moderation.choosing import is_held, is_told, moderation_of, waits_for_visit
from keystage.actions.season.dates import Season, ends, season_of
from keystage.statute.season import Event
from keystage.store.models import Amendment, Moderation, Receipt, SchoolReturn, Submission
from keystage.web.doors import Here
from keystage.web.gateway.found import State, made_file, may_see_names, may_submit, who_submit
from keystage.web.wording import as_date, as_moment, plural

Of = SchoolReturn.State
#: The lists of pupils, what each is called and what it means.
LISTS = {
    "expected": ("expected", "On the list of expected pupils"),
    "complete": ("complete", "Received with every judgement that is due"),
    "incomplete": ("incomplete", "Received, and a judgement that is due is not there"),
    "unexpected": ("unexpected", "Received, and not on the list of expected pupils"),
    "missing": ("missing", "On the list of expected pupils, and not received"),
}
_KINDS = {
    "complete": "good",
    "incomplete": "warning",
    "unexpected": "warning",
    "missing": "blocker",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody can do: a sentence, and the page where it is done."""

    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A number of pupils, with the list it counts where the person may see it."""

    number: int
    text: str
    kind: str
    href: str


def sentence_of(school_return: SchoolReturn) -> str:
    """The state in one sentence; a second one where it came after the authority's date."""
    if waits := not_yet(school_return):
        return waits
    if is_nobody(school_return):
        return NOBODY
    word = "Accepted:" if school_return.state == Of.ACCEPTED else "Closed."
    every = "every" if school_return.state == Of.ACCEPTED else "Every"
    late = came_late(school_return, season_of(school_return.school, school_return.year))
    after = " It was accepted after your authority's date." if late else ""
    return f"{word} {every} expected pupil was received complete.{after}"


def waiting_of(school_return: SchoolReturn) -> QuerySet[Submission]:
    """The files that were checked and wait for a second person."""
    return (
        school_return.submissions.filter(state=State.UPLOADED)
        .select_related("uploaded_by")
        .defer("content", "pupils", "findings")
    )


def tiles_of(here: Here, numbers: Numbers) -> list[Tile]:
    """The expected numbers both ways."""
    names = may_see_names(here)
    tiles = []
    for key, (text, _) in LISTS.items():
        pupils: tuple[Counted, ...] = getattr(numbers, key)
        href = here.href("gateway:numbers", which=key) if names and pupils else ""
        kind = _KINDS.get(key, "") if pupils else ""
        tiles.append(Tile(number=len(pupils), text=text, kind=kind, href=href))
    return tiles


def dates_of(season: Season) -> list[Mapping[str, str]]:
    """When returns may be sent, in words, by key and value; what is not known is said to be so."""
    opens, closes = season.date(Event.TA_OPENS), season.date(Event.TA_CLOSES)
    rows = [
        ("Files can be sent from", as_moment(opens.moment) if opens.moment else "Not yet known"),
        ("National deadline", as_moment(closes.national) if closes.national else "Not yet known"),
    ]
    if closes.set_by_authority:
        rows.append(("Deadline of your authority", as_moment(closes.set_by_authority)))
    if closes.moment:
        over = season.passed(Event.TA_CLOSES)
        rows.append(("Time left", left(closes.moment, over=over)))
    if words := late_words(season):
        rows.append(("After your authority's date", words))
    return [{"key": key, "value": value} for key, value in rows]


def due_words(season: Season) -> str:
    """Until when the return can be sent, as a sentence; empty where that is not known."""
    closes = season.date(Event.TA_CLOSES)
    last = closes.national or closes.moment
    if last is None:
        return ""
    over = ends(last) <= timezone.now()
    return f"National deadline: {as_moment(last)}. {left(last, over=over)}{_after_days(last)}."


def _after_days(moment: datetime) -> str:
    return " left" if timezone.localdate(moment) > timezone.localdate() else ""


def left(moment: datetime, *, over: bool) -> str:
    """The days until a moment, in words; ``over``: whether it has passed."""
    days = (timezone.localdate(moment) - timezone.localdate()).days
    if days > 0:
        return plural(days, "day", "days")
    if days == 0:
        return "It ended today" if over else "Today is the last day"
    return f"None: it ended {plural(-days, 'day', 'days')} ago"


def told_moderation(here: Here) -> Moderation | None:
    """The moderation of the school, once the school may know of it."""
    found = moderation_of(here.organisation, here.season)
    return found if found is not None and is_told(found) else None


def held_words(here: Here) -> str:
    """Why the return waits for a visit; empty where it does not."""
    found = told_moderation(here)
    return moderation_words(found) if found is not None and is_held(found) else ""


def moderation_words(moderation: Moderation) -> str:
    """What the moderation means for sending."""
    if is_held(moderation):
        day = f", on {as_date(moderation.visit_on)}" if moderation.visit_on else ""
        waits = waits_for_visit(moderation)
        rest = (
            ""
            if waits
            else " If the visit cannot be before the last day for sending, a person who may submit "
            "can set the hold aside with a reason."
        )
        return f"Your writing is moderated. The return waits for the visit{day}.{rest}"
    if moderation.overridden_at:
        return "Your writing is moderated. The hold on the return was set aside with a reason."
    if moderation.visited_on:
        return f"Your writing was moderated on {as_date(moderation.visited_on)}."
    return "Your writing is moderated. The return does not wait for the visit."


def steps_of(here: Here, school_return: SchoolReturn) -> list[Step]:
    """What this person can do next, the first thing first."""
    return list(_steps(here, school_return))


def receipt_of(school_return: SchoolReturn) -> Receipt | None:
    """The receipt of the file that was taken last."""
    return (
        Receipt.objects.filter(submission__school_return=school_return)
        .select_related("submission__submitted_by")
        .defer("submission__content", "submission__pupils", "submission__findings")
        .order_by("-given_at")
        .first()
    )


def may_take_files(school_return: SchoolReturn) -> bool:
    """Whether a file can be sent at this minute, as its check sees it: unknown dates bind nobody.

    A return that was reopened has time.
    """
    return phase_of(school_return) in {None, "open"}


def late_words(season: Season) -> str:
    """That the authority's own date has passed, and until when a file is still taken.

    Empty before that date, without one, and once the national deadline has passed.
    """
    closes = season.date(Event.TA_CLOSES)
    if not is_late(season) or (closes.national and ends(closes.national) <= timezone.now()):
        return ""
    until = f" until {as_moment(closes.national)}" if closes.national else ""
    return f"Files are still taken{until}. Your authority sees that yours came after its date."


def _steps(here: Here, school_return: SchoolReturn) -> Iterator[Step]:
    agreed = Amendment.objects.filter(
        school_return=school_return.pk, state=Amendment.State.AGREED
    ).count()
    if agreed:
        yield Step(
            text=f"{plural(agreed, 'amendment is', 'amendments are')} agreed and not done. "
            "Say that it is once your own system says the same.",
            href=here.href("amendments:register") if may_see_names(here) else "",
            action="Amendments after the deadline",
        )
    if school_return.state == Of.CLOSED:
        yield Step(
            text="The return is closed. To have a judgement changed that was received, draft an "
            "amendment. To send another file, ask whoever collects the returns to open it again, "
            "and say why.",
            href=here.href("amendments:register") if may_see_names(here) else "",
            action="Amendments after the deadline",
        )
        return
    if is_nobody(school_return):
        yield Step(text="There is nothing to do, unless a pupil joins the cohort.")
        return
    waiting = list(waiting_of(school_return))
    for one in waiting:
        yield _of_waiting(here, one)
    if school_return.state == Of.ACCEPTED and waiting:
        yield Step(
            text="The return is accepted already. A file that waits is submitted only if it "
            "corrects something. If not, withdraw it."
        )
    elif school_return.state == Of.ACCEPTED:
        yield _of_accepted(here, school_return, left="send" if agreed else "do")
    elif may_see_names(here):
        yield from _of_files(here, school_return)
    else:
        yield Step(text="The school office or assessment lead uploads the file.")


def _of_accepted(here: Here, school_return: SchoolReturn, *, left: str) -> Step:
    text = f"There is nothing left to {left}. Keep the receipt."
    receipt = receipt_of(school_return)
    if receipt is None:
        return Step(text=text)
    href = here.href("gateway:receipt", submission=receipt.submission_id)
    return Step(text=text, href=href, action="See the receipt")


def _of_waiting(here: Here, one: Submission) -> Step:
    href = here.href("gateway:submission", submission=one.pk) if may_see_names(here) else ""
    given = f"A file was uploaded on {as_moment(one.uploaded_at)} by {one.uploaded_by}."
    if one.uploaded_by_id != here.by.who.pk and may_submit(here):
        return Step(text=f"{given} It waits for you.", href=href, action="Look at it and submit it")
    people = who_submit(here, but=one.uploaded_by)
    who = f" {people_in_words(people)} can submit it." if people else ""
    return Step(text=f"{given} A second person has to submit it.{who}", href=href, action="See it")


def people_in_words(people: list[str]) -> str:
    """Names as a sentence has them."""
    *first, last = people
    return f"{', '.join(first)} or {last}" if first else last


def _of_files(here: Here, school_return: SchoolReturn) -> Iterator[Step]:
    if phase_of(school_return) == "over":
        yield Step(
            text="The last moment for sending is over. A file can be checked here; to send it, ask "
            "whoever collects the returns to open yours again. A judgement that was received is "
            "changed by an amendment.",
            href=here.href("amendments:register"),
            action="Amendments after the deadline",
        )
    elif words := late_words(season_of(here.organisation, here.season)):
        yield Step(text=f"Your authority's date for the return has passed. {words}")
    made = made_file(here)
    text = (
        "Correct what is missing or not expected, and upload a file with the rest."
        if school_return.version
        else "Upload the file of your school, or fill in the template made for it."
    )
    if made is not None and not school_return.version:
        text = "The file made from the mark sheet is ready to be uploaded."
    yield Step(text=text)
