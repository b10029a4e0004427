"""The framework's commands for operators: ``python -m keystage.web migrate``."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that is asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keystage.web.settings")
    execute_from_command_line([f"{sys.executable} -m keystage.web", *sys.argv[1:]])


if __name__ == "__main__":
    main()
