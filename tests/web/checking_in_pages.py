"""What tests of the checking exercise's pages share: addresses, and pages read as a reader does."""

from typing import Any

import lxml.html
from cast_of_tests import YEAR
from django.test import Client

from keystage.store.models import CheckingRequest

HERE = f"/school/900003/{YEAR}/checking/"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def page_of(answer: Any) -> Any:
    """A page that is whole: one heading, and every id once."""
    page: Any = lxml.html.fromstring(answer.content)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert len(page.xpath("//h1")) == 1
    return page


def follow(client: Client, page: Any, words: str) -> Any:
    """The page behind the link whose text begins with words."""
    links = [one for one in page.xpath("//main//a") if one.text_content().startswith(words)]
    assert links, words
    return page_of(client.get(links[0].get("href")))


def seen(client: Client, href: str) -> str:
    """The version that a page was made of."""
    return str(page_of(client.get(href)).xpath("//main//input[@name='seen']/@value")[0])


def home_of(asked: CheckingRequest) -> str:
    return f"{HERE}requests/{asked.pk}/"


def day(number: int) -> dict[str, str]:
    return {"answer_day": f"{number}", "answer_month": "5", "answer_year": f"{YEAR}"}
