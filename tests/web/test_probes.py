"""What watches over a service asks by its number, whatever names the service answers to."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("place", "said"), [("/healthz", "ok\n"), ("/readyz", "ready\n")])
def test_a_probe_is_answered_by_number(client: Client, place: str, said: str) -> None:
    asked = client.get(place, headers={"host": "10.0.0.7:8000"})

    assert (asked.status_code, asked.text) == (200, said)


def test_a_page_is_refused_by_number_in_a_sentence(client: Client) -> None:
    asked = client.get("/", headers={"host": "10.0.0.7:8000"})

    assert asked.status_code == 400
    assert "We could not read what was sent" in asked.text
