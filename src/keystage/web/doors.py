"""Permission first: which pages there are, what each asks for, and who may come in.

A page is declared with `page`, which looks up the organisation of the address among what the person
may see. A stranger gets 404 and learns nothing; a colleague without the permission gets 403 and is
told who can give it. A page that needs no organisation is declared with `open_page` or
`signed_in_page`. A view that is declared with none of them fails a contract test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, Concatenate, Literal, ParamSpec

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from keystage.access.decide import Decision, Standing, standing_at
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Place as AccessPlace
from keystage.access.rights import Condition, Level
from keystage.actions.auditing import looked
from keystage.actions.by import By
from keystage.store.models import Organisation, Person
from keystage.store.rights import live_grants, organisation_at
from keystage.web.errors import ForbiddenError
from keystage.web.hrefs import href
from keystage.web.middleware.sessions import NOT_SAVED, by_script

P = ParamSpec("P")
Kind = Literal["school", "trust", "authority", "diocese", "national"]
View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """How a page was declared, for the walk over all routes.

    ``kind``: whose pages these are; None where the address says it. ``scopes``: of an address for
    systems, the scope that each method asks for.
    """

    door: Literal["open", "signed_in", "page", "system"]
    permission: Permission | None = None
    level: Level = Level.NONE
    sees_to: frozenset[Condition] = frozenset()
    kind: Kind | None = None
    reauthenticates: bool = False
    scopes: tuple[tuple[str, str], ...] = ()


#: Conditions that the actions (another person, a second person) and the grants themselves keep.
KEPT_BELOW = frozenset(
    {Condition.ANOTHER_PERSON, Condition.SECOND_PERSON, Condition.TIME_LIMITED, Condition.LOGGED}
)

#: Pages of results keep these: results are here only once they are out.
RELEASED = frozenset({Condition.ON_RELEASE, Condition.DAY_AFTER_RELEASE})

#: Where in a session it stands which page waits for a proof, and what that page says in the end.
_WAITS = "keystage_waits_for_proof"
_NOT_TAKEN = (
    "What you sent last was not saved, because nobody had proved who sent it. Enter it again."
)

#: Every declared view, by module and name.
DECLARED: dict[str, Declared] = {}


@dataclass(frozen=True, kw_only=True)
class Here:
    """Where a person is: the organisation and season of the address, and what is allowed there.

    Attributes:
        organisation: the organisation of the address.
        year: the season of the address; None on pages that belong to no season.
        by: who acts, and from where.
        classes: the classes the permission of the page goes for; None for all.
    """

    organisation: Organisation
    year: int | None
    by: By
    classes: frozenset[str] | None
    grants: tuple[Grant, ...] = field(repr=False)
    place: AccessPlace = field(repr=False)
    standing: Standing = field(repr=False)
    announces: bool = field(repr=False)

    def may(
        self,
        permission: Permission,
        level: Level = Level.NONE,
        sees_to: frozenset[Condition] = frozenset(),
    ) -> bool:
        """Whether the person may do this here too, with data of this level.

        ``sees_to``: the conditions that the page in question keeps itself.
        """
        return may(self.standing, permission, self.year, level, sees_to)

    def on(self, permission: Permission) -> Decision:
        """The decision about another permission here."""
        return self.standing.decide(permission, season=self.year)

    def href(self, route: str, **parts: object) -> str:
        """The address of a page of this organisation and season.

        Args:
            route: the name of its route.
            parts: what else its address has; ``year`` for that of another season.
        """
        return href(route, {"code": self.organisation.code, "year": self.year, **parts})

    @property
    def season(self) -> int:
        """The year of the address.

        Raises:
            LookupError: the page belongs to no season.
        """
        if self.year is None:
            raise LookupError("This page belongs to no season.")
        return self.year


@lru_cache(maxsize=8192)  # by all that it follows from: a standing is that of some grants and a day
def may(
    standing: Standing,
    permission: Permission,
    season: int | None,
    level: Level,
    sees_to: frozenset[Condition],
) -> bool:
    """Whether something may be done by who stands so at a place."""
    classes = standing.decide(permission, season=season).classes_at(level, KEPT_BELOW | sees_to)
    return classes is None or bool(classes)


def by_of(request: HttpRequest) -> By:
    """Who asks, and from where."""
    person = request.user if isinstance(request.user, Person) else None
    return By(person=person, address=str(request.META.get("REMOTE_ADDR", "")))


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in.

    Raises:
        Http404: nobody is.
    """
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def page(  # noqa: PLR0913  # what a page declares of itself
    permission: Permission,
    *,
    level: Level = Level.NAMED,
    sees_to: frozenset[Condition] = frozenset(),
    kind: Kind | None = "school",
    methods: tuple[str, ...] = ("GET",),
    reauthenticates: bool = False,
) -> Callable[[Callable[Concatenate[HttpRequest, Here, P], HttpResponse]], View]:
    """Declare a page of an organisation.

    The address gives ``code`` and mostly ``year``; the view is given `Here` in their place.
    ``level`` is the level of data the page shows, ``sees_to`` the conditions the view itself keeps.
    Without a ``kind`` the address says of which kind the organisation is, as ``kind``.
    With ``reauthenticates`` a person who signed in a while ago proves who it is before a POST.
    """

    def declare(view: Callable[Concatenate[HttpRequest, Here, P], HttpResponse]) -> View:
        declared = Declared(
            door="page",
            permission=permission,
            level=level,
            sees_to=sees_to,
            kind=kind,
            reauthenticates=reauthenticates,
        )
        _declare(view, declared)

        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            here = request.here = _enter(request, permission, declared, kwargs)  # type: ignore[attr-defined]  # for the layout
            if reauthenticates:
                return _proved(request, lambda asked: view(asked, here, *args, **kwargs))
            return view(request, here, *args, **kwargs)

        answering = require_http_methods(_and_head(methods))(guarded)
        return _told(declared, _signed_in(_with_second_factor(answering)))

    return declare


def _proved(request: HttpRequest, view: View) -> HttpResponse:
    """The answer of a view to which a form is sent only by who has just proved who they are.

    Where the proof was given and the form did not come with it, as where another page asked for a
    proof meanwhile, the page says so when it is next looked at.
    """

    def taken(asked: HttpRequest) -> HttpResponse:
        if asked.session.get(_WAITS) == asked.path:
            del asked.session[_WAITS]
            if asked.method == "GET":
                messages.info(asked, _NOT_TAKEN)
        return view(asked)

    try:
        answer: HttpResponse = reauthentication_required(taken, allow_get=True)(request)
    except ReauthenticationRequired:
        request.session[_WAITS] = request.path
        raise
    return answer


def signed_in_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare a page for anybody who is signed in, of no organisation."""

    def declare(view: View) -> View:
        declared = Declared(door="signed_in")
        _declare(view, declared)
        guarded = require_http_methods(_and_head(methods))(view)
        return _told(declared, _signed_in(_with_second_factor(guarded)))

    return declare


def open_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare a page for everybody; it shows nothing of any organisation."""

    def declare(view: View) -> View:
        declared = Declared(door="open")
        _declare(view, declared)
        return _told(declared, require_http_methods(_and_head(methods))(view))

    return declare


def _declare(view: View, declared: Declared) -> None:
    DECLARED[f"{view.__module__}.{view.__qualname__}"] = declared


def _told(declared: Declared, guarded: View) -> View:
    """The guarded view, which tells how it was declared: one function may serve several pages."""
    guarded.declared = declared  # type: ignore[attr-defined]  # read by the walk over all routes
    return guarded


def _and_head(methods: tuple[str, ...]) -> list[str]:
    return [*methods, "HEAD"] if "GET" in methods else list(methods)


def _signed_in(view: View) -> View:
    """Who is not signed in does that first; a form that was sent is not sent again by itself."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        if not by_script(request):
            messages.info(request, f"You were not signed in. {NOT_SAVED}")
        return redirect(settings.LOGIN_URL)

    return asked


def _with_second_factor(view: View) -> View:
    """A person without a second factor sets one up first, where the service asks for it."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and not is_mfa_enabled(request.user):
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return asked


def _enter(
    request: HttpRequest, permission: Permission, declared: Declared, address: dict[str, Any]
) -> Here:
    code, year = address.pop("code"), address.pop("year", None)
    kind = declared.kind or address.pop("kind")
    person, on = person_of(request), timezone.localdate()
    found = organisation_at(kind, code)  # who may know of it is decided after
    if found is None:
        raise Http404
    organisation, place = found.organisation, found.place
    grants = tuple(live_grants(person, on))
    standing = standing_at(grants, place, on=on)
    decision = standing.decide(permission, season=year)
    if not decision.known:
        raise Http404
    classes = decision.classes_at(declared.level, KEPT_BELOW | declared.sees_to)
    if classes is not None and not classes:
        raise ForbiddenError(permission.sentence, organisation)
    by = by_of(request)
    unlogged = decision.classes_at(
        declared.level, (KEPT_BELOW | declared.sees_to) - {Condition.LOGGED}
    )
    if unlogged is not None and not unlogged:
        looked(permission, by=by, organisation=organisation, year=year)
    return Here(
        organisation=organisation,
        year=year,
        by=by,
        classes=classes,
        grants=grants,
        place=place,
        standing=standing,
        announces=found.announces,
    )
