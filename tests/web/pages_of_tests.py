"""What tests read out of a page."""

import json
import re
from html import unescape


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', text)
    assert found is not None
    return unescape(found[1])


def seen_on(text: str) -> dict[str, list[object]]:
    """What a page of the mark sheet says it showed."""
    seen: dict[str, list[object]] = json.loads(hidden(text, "seen"))
    return seen
