"""Team: everyone by name, or, with `person=` in the link, one person's work seen fairly."""

from __future__ import annotations

from components import view
from components.states import panel
from components.team import access, my_team, who
from components.team.chosen import asked_for

seen = view.current()

if not access.refused():
    access.badge()
    who.choose(seen)
    person = who.person_of_page(seen)
    if person is None:
        if asked_for():
            who.unknown(seen)
        with panel("My team"):
            my_team.my_team(seen)
    else:
        with panel("Who this is"):
            who.about(seen, person)
