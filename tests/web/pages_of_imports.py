"""Files that tests send through the pages: chosen, decided on, applied."""

from cast_of_tests import Answer
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pages_of_tests import hidden

HERE = "/school/900003/2026/import/"
ROLL = """UPN,Surname,Forename,DOB,Sex,Year,Class
,Ashby,Mabel,01/01/2015,F,6,6B
,Newman,Bo,05/02/2015,M,6,6A
"""


def send(
    client: Client, text: str | bytes, *, kind: str = "roll", name: str = "roll.csv"
) -> Answer:
    """Choose a file; the answer leads to its pages."""
    data = text.encode() if isinstance(text, str) else text
    return client.post(f"{HERE}{kind}/", {"file": SimpleUploadedFile(name, data)})


def decide(client: Client, there: str, **choices: str) -> Answer:
    """Say of rows who they are, and go on."""
    return client.post(there, {**choices, "go_on": "1"})


def apply(client: Client, there: str, mode: str = "everything") -> Answer:
    """Apply what the page shows."""
    text = client.get(f"{there}changes/?mode={mode}").text
    return client.post(
        f"{there}changes/", {"mode": hidden(text, "mode"), "seal": hidden(text, "seal")}
    )
