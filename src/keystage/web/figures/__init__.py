"""Figures as they were released, for a school: read from one content, opened, and tried."""
