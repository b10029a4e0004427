"""What a folder of measures was made from, and what the checks found."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

import polars as pl

import keystage
from keystage.checks.findings import Findings
from keystage.flows.earlier import EarlierCohort
from keystage.records.recordset import RecordSet
from keystage.statute.table import Table
from keystage.statute.year import Year


def findings_told(findings: Findings, differing: pl.DataFrame) -> dict[str, object]:
    """How many findings there are of each check, and differences from the department's working.

    Counts of pupils, however few: not for publication.
    """
    return {
        "findings": findings.counts.select("code", "severity", "column", "count").to_dicts(),
        "differences_from_the_department": differing.height,
    }


def cohorts_told(earlier: Sequence[EarlierCohort]) -> list[dict[str, object]]:
    """The earlier cohorts of three-year measures, each with its year, release and file."""
    return [
        {"year": cohort.year, "release": cohort.release, **_file(cohort.file)}
        for cohort in sorted(earlier, key=lambda cohort: cohort.year)
    ]


def metadata(
    files: Mapping[str, Path],
    records: RecordSet,
    year: Year,
    *,
    derived: bool,
    **more: object,
) -> dict[str, object]:
    """What the output was made from: statute, release, engine version and input hashes.

    Args:
        files: the files given, by what they are.
        records: the records that were read.
        year: the statutory year, with the reference that was used.
        derived: whether the reference was derived.
        more: further entries.
    """
    return {
        "keystage": keystage.__version__,
        "polars": pl.__version__,
        "made_at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "year": year.year.id,
        "release": year.year.release,
        "reference": "derived" if derived else "published",
        "statute": {
            name: {"source": table.source, "confidence": table.confidence}
            for name in year.__struct_fields__
            if isinstance(table := getattr(year, name), Table)
        },
        "absent": {name: reason.absent for name, reason in year.absent.items()},
        "sources": {key: source.title for key, source in year.sources.items()},
        "inputs": {name: _file(path) for name, path in files.items()},
        "pupils": records.pupils.height,
        "schools": records.schools.height,
        "missing_columns": list(records.missing),
        "unknown_columns": list(records.unknown),
        **more,
        "not_for_publication": "Everything under analyst/ is unrounded and not suppressed.",
    }


def _file(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {"file": path.name, "sha256": file_digest(file, "sha256").hexdigest()}
