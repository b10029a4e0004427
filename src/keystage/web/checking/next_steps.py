"""What a person can do next with a request, and who else can."""

from dataclasses import dataclass

from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.access.roles import load_roles
from keystage.actions.agreed_changes import GONE
from keystage.actions.checking.listing import LIVE
from keystage.actions.checking.steps import entered_by
from keystage.actions.checking.tracing import Traced
from keystage.actions.checking.windows import refusal
from keystage.store.models import CheckingRequest, Person
from keystage.store.rights import live_grants
from keystage.web.checking.states import BEFORE_SENDING, State
from keystage.web.doors import KEPT_BELOW, Here

_SEND = Permission.APPROVE_CHECKING_REQUEST


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button: what it says, where it sends to, how it looks."""

    text: str
    href: str
    kind: str = "primary"


@dataclass(frozen=True, kw_only=True)
class NextSteps:
    """What can be done: sentences, buttons, and the way to withdraw; all empty for nothing."""

    said: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    withdraw: str = ""
    withdraw_text: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to say or do."""
        return bool(self.said or self.acts or self.withdraw)


def next_steps(here: Here, found: CheckingRequest, trace: Traced | None) -> NextSteps:
    """What a person of the school can do next with a request.

    Args:
        here: where the person is.
        found: the request.
        trace: what the rules would say, before it is sent.
    """
    may_enter = here.may(Permission.PROPOSE_CHECKING_REQUEST, Level.NAMED)
    may_send = here.may(_SEND, Level.NAMED)
    withdraw = _withdraw(here, found, may_enter=may_enter, may_send=may_send)
    text = "Delete the draft" if found.state in BEFORE_SENDING else "Withdraw the request"
    if found.state not in BEFORE_SENDING:
        return NextSteps(withdraw=withdraw, withdraw_text=text)
    if why := refusal(found.release):
        return NextSteps(said=(f"It cannot be sent. {why}",), withdraw=withdraw, withdraw_text=text)
    if found.state == State.DRAFT:
        said, acts = _of_a_draft(here, found, trace, may_enter=may_enter)
    else:
        said, acts = _of_one_passed_on(here, found, may_enter=may_enter, may_send=may_send)
    return NextSteps(said=(said,), acts=acts, withdraw=withdraw, withdraw_text=text)


def _of_a_draft(
    here: Here, found: CheckingRequest, trace: Traced | None, *, may_enter: bool
) -> tuple[str, tuple[Act, ...]]:
    if not may_enter:
        return "It is a draft. Whoever enters requests for your school goes on with it.", ()
    if trace is None:
        return "The rules in force do not know its reason. Delete it, and begin again.", ()
    if not trace.complete:
        return "It can be passed on once nothing is missing.", ()
    said = "One person passes it on; another, who had no hand in it, sends it."
    href = here.href("checking:propose", asked=found.pk)
    act = Act(text="Pass it on to be sent", href=href)
    return f"{said} {_who_sends(here, found)}", (act,)


def _of_one_passed_on(
    here: Here, found: CheckingRequest, *, may_enter: bool, may_send: bool
) -> tuple[str, tuple[Act, ...]]:
    one = found.pk
    if may_send and here.by.who.pk not in entered_by(found):
        return "By sending you say for your school that answers and evidence are right.", (
            Act(text="Send it to the agency", href=here.href("checking:send", asked=one)),
            Act(
                text="Give it back to be changed",
                href=here.href("checking:hand_back", asked=one),
                kind="secondary",
            ),
        )
    said = f"Another person, who had no hand in it, has to send it. {_who_sends(here, found)}"
    if not may_enter:
        return said, ()
    back = here.href("checking:put_back", asked=one)
    return said, (Act(text="Make it a draft again", href=back, kind="secondary"),)


def _withdraw(here: Here, found: CheckingRequest, *, may_enter: bool, may_send: bool) -> str:
    taken = found.taken_into is not None and found.taken_into.state not in GONE
    over = found.state not in LIVE | {State.AGREED} or taken
    if over or not (may_enter or may_send):
        return ""
    return here.href("checking:withdraw" if may_enter else "checking:recall", asked=found.pk)


def _who_sends(here: Here, found: CheckingRequest) -> str:
    """The people of the school who may send it, in a sentence."""
    roles = [role.key for role in load_roles().allowing(_SEND)]
    today, entered = timezone.localdate(), entered_by(found)
    people = Person.objects.filter(
        grants__organisation=here.organisation, grants__role__in=roles, is_active=True
    ).distinct()
    names = [
        one.name
        for one in people
        if one.pk not in entered
        and decide(
            live_grants(one, today), _SEND, here.place, season=here.season, on=today
        ).classes_at(Level.NAMED, KEPT_BELOW)
        is None
    ]
    return f"{', '.join(sorted(names))} can." if names else "Nobody of your school can yet."
