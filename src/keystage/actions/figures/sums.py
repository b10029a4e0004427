"""What a release of figures holds, in counts and two hashes over all its rows."""

import hashlib
from collections.abc import Iterable

from django.db.models import Count, Sum

from keystage.store.models import FiguresRelease


def outputs_of(release: FiguresRelease) -> dict[str, object]:
    """Counts of what a release holds, with hashes over its rows and of its tables."""
    contents = release.contents.order_by()
    by_kind = contents.values("kind").annotate(many=Count("pk"))
    pupils, tables = release.pupils.order_by(), release.tables.order_by()
    return {
        "contents": {one["kind"]: one["many"] for one in by_kind},
        "contents_sha256": over(contents.values_list("kind", "code", "level", "sha256")),
        "schools": pupils.count(),
        "pupils": pupils.aggregate(all=Sum("count"))["all"] or 0,
        "pupils_sha256": over(pupils.values_list("code", "sha256")),
        "tables": tables.count(),
        "tables_sha256": over(tables.values_list("what", "kind", "code", "level", "sha256")),
        "rules_sha256": hashlib.sha256(release.rules.encode()).hexdigest(),
    }


def over(rows: Iterable[tuple[str, ...]]) -> str:
    """One hash over rows, whatever their order."""
    whole = hashlib.sha256()
    for row in sorted(rows):
        whole.update("\0".join(row).encode())
        whole.update(b"\n")
    return whole.hexdigest()
