"""The door of the server."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from keystage.core import structs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keystage.web.settings")

application = get_wsgi_application()
# Every page is imported, and every class it reads files into is worked out, before threads begin.
get_resolver().url_patterns  # noqa: B018  # imports all addresses
structs.build()
