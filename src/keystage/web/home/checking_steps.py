"""The task of the checking exercise: what waits for the school, and until when."""

from keystage.access.permissions import Permission
from keystage.actions.checking.windows import UNRESOLVED, Window, windows
from keystage.store.models import CheckingRequest
from keystage.web.home.task import DONE, LATER, NOW, Facts, Task
from keystage.web.wording import plural

State = CheckingRequest.State


def checking(facts: Facts) -> Task | None:
    """The checking exercise, once there are figures to be checked.

    A window with a question of the agency goes first, open or not; then one that is open.
    """
    every = windows(facts.sheet.school, facts.sheet.year)
    found = [one for one in every if one.release or _tells(one, drafts=facts.drafts)]
    if not found:
        return None
    asked = [one for one in found if one.requests.get(State.RETURNED)]
    window = (*asked, *(one for one in found if one.is_open), found[-1])[0]
    status, hint = _standing(window, drafts=facts.drafts)
    return Task(
        title="Check the figures and their pupils",
        status=status,
        hint=f"{hint} {window.state_words}",
        route="checking:windows",
        permission=Permission.SEE_CHECKING_REQUESTS,
    )


def _tells(window: Window, *, drafts: bool) -> bool:
    """Whether a window without figures has something that waits for the school."""
    return bool(window.unresolved if drafts else window.requests.get(State.RETURNED))


def _standing(window: Window, *, drafts: bool) -> tuple[str, str]:
    questions = window.requests.get(State.RETURNED, 0)
    waiting = sum(window.requests.get(state, 0) for state in UNRESOLVED) - questions
    if questions:
        return NOW, f"{plural(questions, 'question', 'questions')} of the agency not answered."
    if waiting and drafts and window.is_open:
        return NOW, f"{plural(waiting, 'request is', 'requests are')} not sent yet."
    if window.confirmed:
        return DONE, "The school said that the data is correct."
    if window.is_open:
        return NOW, "Say that the data is correct, or ask for a change."
    return LATER, "Nobody said that the data is correct."
