"""Where a request came from, with a proxy before the service and without one."""

from typing import Any

import pytest
from django.http import HttpResponse

from keystage.web.middleware.proxy import BehindProxy


def seen(rf: Any, **headers: Any) -> str:
    return BehindProxy(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))(
        rf.get("/", REMOTE_ADDR="10.0.0.9", **headers)
    ).text


@pytest.mark.parametrize(
    ("listed", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.7, 192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.1, nonsense", "10.0.0.9"),
        ("", "10.0.0.9"),
    ],
)
def test_the_nearest_proxy_is_believed_and_nobody_before_it(
    rf: Any, settings: Any, listed: Any, address: Any
) -> None:
    settings.BEHIND_PROXY = True

    assert seen(rf, HTTP_X_FORWARDED_FOR=listed) == address


def test_without_a_proxy_nobody_says_where_they_are(rf: Any) -> None:
    assert seen(rf, HTTP_X_FORWARDED_FOR="192.0.2.1") == "10.0.0.9"
