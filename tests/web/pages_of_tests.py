"""What tests read out of a page."""

import re
from html import unescape


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', text)
    assert found is not None
    return unescape(found[1])
