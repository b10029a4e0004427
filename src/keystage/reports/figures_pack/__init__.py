"""The pack for governors on paper."""
