"""The checking exercise at its desk: how it stands, requests and their decision, and the rules.

An authority and a trust see how it stands for their schools, as far as their rights reach.
"""
