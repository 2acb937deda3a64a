"""Team: everyone by name, or, with `person=` in the link, one person's work seen fairly."""

from __future__ import annotations

from components import view
from components.states import panel
from components.team import access, access_log, development, funnels, my_team, succession, who
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
        with panel("Who could step in?"):
            succession.succession_cover(seen)
    else:
        with panel("Who this is"):
            who.about(seen, person)
        with panel("How does this person compare?"):
            funnels.funnels(seen, person)
        with panel("Development"):
            development.development(seen, person)
        with panel("Who looked"):
            access_log.access_log(seen, person)
