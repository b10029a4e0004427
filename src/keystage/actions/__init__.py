"""What a person can do: keyword-only functions with ``by=``, atomic, audited.

Every write of the service is one of these. A page, a task and an interface for suppliers call the
same function, so the same rights, history and audit hold for all.
"""
