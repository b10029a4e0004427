"""A pack of released figures that was shared, for the walk over all routes."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from keystage.store.models import FiguresRelease, Organisation, Person, SharedPack

#: The pages that are of one release.
OF_PACKS = ("pack", "fetch", "summary", "website", "fetch_website", "share")


def figures_shared(release: UUID, person: Person) -> SharedPack:
    """A pack of a release of figures with a link."""
    figures = FiguresRelease.objects.get(pk=release)
    school = Organisation.objects.get(kind="school", code=figures.contents.all()[0].code)
    now = timezone.now()
    made, _ = SharedPack.objects.get_or_create(
        token_hash="0" * 64,
        defaults={
            "school": school,
            "year": figures.year,
            "figures": figures,
            "content": {},
            "made_at": now,
            "made_by": person,
            "expires_at": now + timedelta(days=7),
        },
    )
    return made
