"""The statutory years as data: every value with its source, or absent with a reason.

``load_year(2022, "provisional")`` gives one frozen `Year`, ``load_collection(2026)`` what schools
send in a year. There is no default year.
"""
