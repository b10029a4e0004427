"""What is wrong in the example of each code."""

import failing_cohort
import failing_files
import failing_judgements
import failing_pupils
from changing import FAILING

__all__ = ["FAILING"]

# Importing them declares their examples.
PARTS = (failing_cohort, failing_files, failing_judgements, failing_pupils)
