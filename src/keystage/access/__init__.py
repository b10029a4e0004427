"""Who may do what: permissions, roles and grants as data, and the decision.

A role is a bundle of rights that stands in ``roles.toml``; a `Grant` gives a role to a person for
one organisation and some time; ``decide(grants, permission, place, season=…, on=…)`` says whether
they may, at which level of data, for which classes and on which conditions. The room knows no
person and no store.
"""
