"""The checking exercise: forms whose questions branch, rules worked out, and what they change.

Everything here is a pure function of the rules, the answers and the facts of the pupil's record.
"""
