"""The returns in a folder: of several exports to one address, the newest."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from keystage.formats.ctf.names import parse_name

_RETURNS = (".xml", ".zip")
_SHEETS = (".csv", ".ods", ".xls", ".xlsm", ".xlsx")
#: A program puts these beside a file it has open, or is writing.
_NOT_MEANT = (".", "~$")


def returns_in(folder: Path) -> list[Path]:
    """The transfer files and archives in a folder and the folders in it, by name.

    Of files whose names say that they are exports of one school to one address, only the one with
    the highest serial number: each export takes the place of the one before.
    """
    files = _files(folder, _RETURNS)
    older = set(_older(files))
    return [file for file in files if file not in older]


def sheets_in(folder: Path) -> list[Path]:
    """The sheets in a folder and the folders in it, by name, whatever they hold."""
    return _files(folder, _SHEETS)


def superseded(sources: Sequence[Path]) -> list[Path]:
    """The files in folders that a newer export took the place of, and that are not read."""
    return [old for path in sources if path.is_dir() for old in _older(_files(path, _RETURNS))]


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in endings
        and file.is_file()
        and not any(part.startswith(_NOT_MEANT) for part in file.relative_to(folder).parts)
    )


def _older(files: Iterable[Path]) -> list[Path]:
    serials: dict[tuple[str, ...], list[tuple[int, Path]]] = {}
    for file in files:
        name = parse_name(file.name)
        if name is not None:
            key = (str(file.parent), name.source, name.type, name.destination)
            serials.setdefault(key, []).append((name.serial, file))
    return [
        file
        for exports in serials.values()
        for serial, file in exports
        if serial < max(number for number, _ in exports)
    ]
