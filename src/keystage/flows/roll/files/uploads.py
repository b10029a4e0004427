"""What an upload is, by its content: a transfer file or a sheet; anything else is refused."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from keystage.flows.roll.files.quotation_marks import Repair, without_stray_marks
from keystage.flows.roll.refusal import RollRefusedError
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.limits import MIB, UPLOAD
from keystage.formats.ctf.sniffing import sniff

Form = Literal["ctf", "sheet"]

_CHOOSE = (
    "Choose a Common Transfer File (XML), an Excel workbook (.xlsx), an OpenDocument sheet (.ods) "
    "or a CSV file."
)
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is read: its content with small repairs, and what these were.

    Attributes:
        form: what it is.
        given: its bytes, repaired, with its name.
        sha256: of the file as it came.
        size: of the file as it came, in bytes.
        repairs: what was put right.
    """

    form: Form
    given: NamedBytes
    sha256: str
    size: int
    repairs: tuple[Repair, ...]

    @property
    def name(self) -> str:
        """The name of the file, without folders."""
        return self.given.name


def opened(data: bytes, name: str) -> Upload:
    """Look at an upload before it is read.

    Raises:
        RollRefusedError: nothing was chosen, or the file is empty, too big or of another kind.
    """
    short = name.replace("\\", "/").rpartition("/")[2]
    if not data and not short:
        raise RollRefusedError("Nothing was chosen.", fault="nothing", todo=_CHOOSE)
    content = sniff(data)
    if content == "empty":
        raise RollRefusedError(
            "The selected file is empty.", fault="empty", name=short, todo="Export it again."
        )
    if len(data) > UPLOAD.file_bytes:
        raise RollRefusedError(
            f"The selected file must be smaller than {UPLOAD.file_bytes // MIB} MB.",
            fault="too_big",
            name=short,
            todo="Choose the file of one school, without attendance and contacts.",
        )
    if content == "zip":
        raise RollRefusedError(
            "The selected file is an archive.",
            fault="wrong_type",
            name=short,
            todo="Unpack it, and choose one file of those in it.",
        )
    digest = sha256(data).hexdigest()
    if content == "xml":
        return Upload("ctf", NamedBytes(short, data), digest, len(data), _bom(data))
    if content == "xlsx":
        return Upload("sheet", NamedBytes(short, data), digest, len(data), ())
    text, repairs = without_stray_marks(data)
    return Upload("sheet", NamedBytes(short, text), digest, len(data), (*_bom(data), *repairs))


def _bom(data: bytes) -> tuple[Repair, ...]:
    said = "A byte-order mark at the beginning was left out."
    return (Repair(1, said),) if data.startswith(_MARK) else ()
