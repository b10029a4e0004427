"""Several files in one archive."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: The moment every file of an archive says it is of: the same files give the same archive.
_WHEN = (1980, 1, 1, 0, 0, 0)


def archived(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip archive; the same files give the same bytes.

    Args:
        files: their content by name, in order.
    """
    packed = BytesIO()
    with ZipFile(packed, "w") as into:
        for name, content in files.items():
            into.writestr(ZipInfo(name, _WHEN), content, ZIP_DEFLATED)
    return packed.getvalue()
