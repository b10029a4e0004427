"""What the service keeps: organisations, people, pupils, sheets, files and what was done to them.

Reads are free to everyone above; writes belong to `keystage.actions`.
"""
