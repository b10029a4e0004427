"""What tests of pages share."""

import pytest
from scene_of_routes import Scene

from keystage.store.models import Organisation, Person, Sheet


@pytest.fixture
def scene(
    school: Organisation,
    other_school: Organisation,
    authority: Organisation,
    trust: Organisation,
    sheet: Sheet,
    headteacher: Person,
) -> Scene:
    """The school and what it belongs to; bodies that have nothing to do with it."""
    make = Organisation.objects.create
    school.diocese = make(kind="diocese", code="D1", name="Diocese of Fables")
    school.save()
    own = {
        "school": school, "trust": trust, "authority": authority, "diocese": school.diocese,
        "national": make(kind="national", code="N1", name="National Agency"),
    }  # fmt: skip
    others = {
        "school": other_school,
        "trust": make(kind="trust", code="T002", name="Riddle Trust"),
        "authority": make(kind="authority", code="998", name="Riddleshire"),
        "diocese": make(kind="diocese", code="D2", name="Diocese of Riddles"),
    }
    return Scene(own, others, sheet, headteacher)
