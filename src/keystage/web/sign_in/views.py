"""A person's own account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from keystage.access.roles import load_roles
from keystage.web.doors import person_of, signed_in_page


@signed_in_page()
def my_account(request: HttpRequest) -> HttpResponse:
    """Who is signed in, their roles, and the way to their password and second factor."""
    on, roles = timezone.localdate(), load_roles().roles
    grants = (
        person_of(request)
        .grants.filter(ended_at__isnull=True, ends_on__gte=on)
        .select_related("organisation")
        .order_by("organisation__name", "role")
    )
    listed = [(roles[grant.role].label, grant) for grant in grants]
    return render(request, "account/mine.html", {"grants": listed})
