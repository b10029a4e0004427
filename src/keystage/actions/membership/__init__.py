"""Who belongs to an organisation: invitations, roles, accounts, agreements."""
