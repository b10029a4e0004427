"""An empty page of the framework, without middleware: what pages of figures are held against."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="nothing is signed",  # noqa: S106  # no secret
)
django.setup()


def hi(request: HttpRequest) -> HttpResponse:
    """Two letters."""
    del request
    return HttpResponse("hi")


urlpatterns = [path("hi", hi)]
application = get_wsgi_application()
