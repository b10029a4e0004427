"""A system with leave, and the client of a test that speaks for it."""

import pytest
from cast_of_tests import MakePerson
from systems_of_tests import EVERY, Let, Speaker, let_act, token_of

from keystage.store.models import Organisation, Person


@pytest.fixture
def deputy(person: MakePerson, school: Organisation) -> Person:
    """The second person, who confirms."""
    return person("delegated_senior", school, name="Devi Patel", given=["submit"])


@pytest.fixture
def let(school: Organisation, headteacher: Person, deputy: Person) -> Let:
    """Lets a system act for the school, confirmed and with a token."""

    def make(
        *scopes: str, organisation: Organisation | None = None, by: Person | None = None
    ) -> Speaker:
        system = let_act(organisation or school, by or headteacher, deputy, scopes or EVERY)
        return Speaker(system, token_of(system))

    return make
