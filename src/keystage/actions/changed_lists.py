"""Word that a list of expected pupils has changed, for whoever counts by it."""

from django.dispatch import Signal

#: Sent in the transaction of the change with ``sheet`` and ``by``.
list_changed = Signal()
