"""The pages: one folder a journey. A page looks up what a person may open, and calls one action."""
