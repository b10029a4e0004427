"""Archives as long as they say they are."""

import zipfile
from io import BytesIO


def honest(data: bytes, most: int) -> bytes | None:
    """The same archive unpacked, every member once and no longer than the size it states.

    Readers of workbooks unpack a member to its very end, whatever size it states: a small file can
    hold thousands of millions of bytes so.

    Args:
        data: the archive.
        most: how many bytes its members may state together.

    Returns:
        The archive; None if its members are larger.

    Raises:
        BadZipFile: a member does not hold what it says, or is damaged.
    """
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as given, zipfile.ZipFile(kept, "w") as plain:
        if sum(member.file_size for member in given.infolist()) > most:
            return None
        for name in dict.fromkeys(given.namelist()):
            with given.open(name) as member:
                plain.writestr(name, member.read(given.getinfo(name).file_size))
    return kept.getvalue()
