"""An invented England: schools and pupils of a summer, made to look like the published tables.

Nobody in it exists. ``plan.Plan`` says what is wanted, ``make.make(plan)`` gives it authority by
authority: schools, the pupil file, the roll behind it, and the truth that real data never shows.
Every figure it is drawn from stands in a TOML file of this room with the reason for it. The room
needs numpy: the extra ``keystage[cohort]``.
"""
