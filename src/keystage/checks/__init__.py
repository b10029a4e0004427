"""Record sets to findings: one rule, one name, one code, one sentence, one failing example.

``run.run(records, year)`` gives the `Findings`; ``run.checks()`` lists the checks.
"""
