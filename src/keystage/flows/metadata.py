"""What a folder of measures was made from, and what the checks found."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

import polars as pl

import keystage
from keystage.checks.findings import Findings
from keystage.flows.computing import Made
from keystage.flows.earlier import EarlierCohort
from keystage.statute.table import Table


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
        {
            "year": cohort.year,
            "release": cohort.release,
            **(file_told(cohort.file) if cohort.file else {"pupils_sha256": cohort.made_from}),
        }
        for cohort in sorted(earlier, key=lambda cohort: cohort.year)
    ]


def metadata(
    made: Made, statute: Path | None, *, derived: bool, **more: object
) -> dict[str, object]:
    """What the output was made from: statute, release, engine version and input hashes.

    Args:
        made: what was made, with the reference that was used.
        statute: the file that gave tables of the year, if one did.
        derived: whether the reference was derived.
        more: further entries.
    """
    year, records = made.table.year, made.records
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
        "inputs": {**made.inputs, **({"statute": file_told(statute)} if statute else {})},
        "pupils": made.pupils,
        "schools": records.schools.height,
        "missing_columns": list(records.missing),
        "unknown_columns": list(records.unknown),
        **more,
        "not_for_publication": "Everything under analyst/ is unrounded and not suppressed.",
    }


def file_told(path: Path) -> dict[str, object]:
    """The name of a file and the SHA-256 of what is in it."""
    with path.open("rb") as file:
        return {"file": path.name, "sha256": file_digest(file, "sha256").hexdigest()}
