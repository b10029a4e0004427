"""What is too large is refused before it is read, whoever sends it."""

import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keystage.formats.ctf.limits import UPLOAD
from keystage.store.models import Import, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/"


@pytest.mark.parametrize("path", ["/account/login/", "/nothing/", f"{HERE}sheet/upload/"])
def test_a_stranger_cannot_fill_the_disk(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the request was read")

    monkeypatch.setattr("django.http.request.HttpRequest.parse_file_upload", read)
    answer = client.post(path, {"file": "x"}, CONTENT_LENGTH=str(2**40))

    assert answer.status_code == 413
    assert "smaller than 10 MB" in answer.text


@pytest.mark.parametrize("length", ["", "many", "9" * 5000])
def test_a_length_that_is_none_breaks_nothing(client: Client, length: str) -> None:
    assert client.get("/", CONTENT_LENGTH=length).status_code in {200, 413}


@pytest.mark.parametrize("path", ["sheet/upload/", "import/roll/", "import/results/"])
def test_a_file_that_is_too_large_is_told(
    as_person: AsPerson, office: Person, sheet: Sheet, path: str
) -> None:
    file = SimpleUploadedFile("file.csv", b"x" * (UPLOAD.file_bytes + 1))
    answer = as_person(office).post(f"{HERE}{path}", {"file": file})

    assert "The selected file must be smaller than 10 MB" in answer.text
    assert not Import.objects.exists()
