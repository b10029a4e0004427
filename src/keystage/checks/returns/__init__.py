"""Teacher assessment returns to findings: one condition, one code, one sentence, one example.

``run.run_returns(returns, collection, channel=…)`` gives the `findings.ReturnFindings`;
``run.return_checks()`` lists the checks. How serious each is to whom stands in ``severity.toml``.
"""
