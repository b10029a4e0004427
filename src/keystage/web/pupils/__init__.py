"""Pupils and the cohort: who is assessed, registered how, and what does not agree."""
