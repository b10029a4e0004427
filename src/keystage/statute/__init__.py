"""The statutory years as data: every value with its source, or absent with a reason.

``load_year(2022, "provisional")`` gives one frozen `Year`. There is no default year.
"""
