"""Returns of schools as tests need them: in a state, with numbers, without any file."""

from cast_of_tests import YEAR
from django.utils import timezone

from keystage.store.models import Organisation, SchoolReturn


def with_return(school: Organisation, state: str, **numbers: int) -> SchoolReturn:
    """A school's return in a state."""
    return SchoolReturn.objects.create(
        school=school, year=YEAR, state=state, changed_at=timezone.now(), version=1, **numbers
    )
