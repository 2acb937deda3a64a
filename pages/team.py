"""Team: everyone by name, or, with `person=` in the link, one person's work seen fairly."""

from __future__ import annotations

from components import view
from components.states import panel
from components.team import (
    access,
    access_log,
    brief,
    changes,
    development,
    funnels,
    my_team,
    needs,
    onboarding,
    review_pack,
    succession,
    who,
    workload,
)
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
    elif brief.asked_for_print():
        with panel("1:1 brief", whole_page=True):
            brief.print_view(seen, person)
    else:
        with panel("Who this is"):
            who.about(seen, person)
        with panel("How does this person compare?"):
            funnels.funnels(seen, person)
        with panel("What changed?"):
            changes.changes(seen, person)
        with panel("Is the work the right size?"):
            workload.workload(seen, person)
        with panel("Strengths and training needs"):
            needs.needs(seen, person)
        with panel("Onboarding"):
            onboarding.onboarding(seen, person)
        with panel("Development"):
            development.development(seen, person)
        with panel("1:1 brief"):
            brief.brief(seen, person)
        with panel("Review pack"):
            review_pack.review_pack(seen, person)
        with panel("Who looked"):
            access_log.access_log(seen, person)
