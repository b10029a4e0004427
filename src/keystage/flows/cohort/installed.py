"""What an invented England needs, looked for before anything of it is imported."""

from importlib.util import find_spec

from keystage.core.errors import UsageError


def see_what_is_installed() -> None:
    """See that cohorts can be made, before anything of them is imported.

    Raises:
        UsageError: numpy is missing.
    """
    if find_spec("numpy") is None:
        raise UsageError(
            "Invented cohorts need numpy, which is not installed.",
            todo="Install the extra: pip install 'keystage[cohort]'.",
        )
