"""What followed a reinstatement, as one file after the other arrives."""

from __future__ import annotations

from tests.store.importing.conftest import Desk
from tests.store.importing.test_bad_decisions import asked, load

HEADS = {
    "enforcements": "enforcement_id,seller_id,enforced_at,reversal_kind,level",
    "appeals": "appeal_id,seller_id,enforcement_id,submitted_at,decided_at,outcome",
}


def arrive(desk: Desk, name: str, rows: str) -> None:
    """Import rows of one kind into what the desk already holds; enforcements are on whole accounts."""
    lines = [f"{row},account" if name == "enforcements" else row for row in rows.split("\n")]
    assert load(desk, name, "\n".join([HEADS[name], *lines]) + "\n").quarantined == 0


def followed(desk: Desk) -> dict[str, tuple[object, ...]]:
    """Per appeal: days net and gross, whole days followed, whether the restumble is under appeal, latest."""
    rows = asked(
        desk,
        """select appeal_id, restumbled_after_days, restumbled_gross_after_days, followed_days,
                  restumble_under_appeal, latest_of_episode
           from final.appeals order by appeal_id""",
    )
    return {str(row[0]): row[1:] for row in rows}


def test_later_files_change_what_followed_a_reinstatement_loaded_before(desk: Desk) -> None:
    arrive(desk, "enforcements", "N1,S1,2026-01-01 08:00,reinstated_after_fix")
    arrive(desk, "appeals", "A1,S1,N1,2026-01-02 08:00,2026-01-05 08:00,reinstated_after_fix")
    assert followed(desk) == {"A1": (None, None, 0, None, True)}

    arrive(desk, "enforcements", "N2,S1,2026-02-01 09:00,\nN3,S2,2026-03-01 08:00,")
    assert followed(desk) == {"A1": (28, 28, 55, False, True)}

    arrive(desk, "appeals", "A2,S1,N2,2026-02-02 08:00,,")
    assert followed(desk)["A1"] == (28, 28, 55, True, True)

    arrive(desk, "enforcements", "N2,S1,2026-02-01 09:00,reversed_our_error")
    arrive(desk, "appeals", "A2,S1,N2,2026-02-02 08:00,2026-02-04 08:00,reversed_our_error")
    assert followed(desk) == {"A1": (None, 28, 55, None, True), "A2": (None, None, 25, None, True)}

    arrive(desk, "enforcements", "N0,S1,2026-01-20 08:00,")
    assert followed(desk)["A1"] == (15, 15, 55, False, True)


def test_a_late_appeal_against_nothing_known_is_one_episode_with_the_one_before(desk: Desk) -> None:
    arrive(desk, "enforcements", "N1,S1,2026-01-01 08:00,\nN9,S9,2026-06-01 08:00,")
    arrive(desk, "appeals", "A1,S1,N1,2026-01-02 08:00,2026-01-05 08:00,reinstated_goodwill")
    arrive(desk, "appeals", "A2,S1,N404,2026-01-03 08:00,2026-01-09 08:00,reinstated_goodwill")
    assert [row[-1] for row in followed(desk).values()] == [False, True]
    arrive(desk, "enforcements", "N404,S1,2026-01-02 12:00,")
    assert [row[-1] for row in followed(desk).values()] == [False, True]
    arrive(desk, "enforcements", "N404,S1,2026-01-08 12:00,")
    assert [row[-1] for row in followed(desk).values()] == [True, True]
    assert followed(desk)["A1"][0] == 4


def test_a_decision_older_than_its_enforcement_is_not_followed_rather_than_its_own_restumble(
    desk: Desk,
) -> None:
    arrive(desk, "enforcements", "N1,S1,2026-01-10 08:00,")
    arrive(desk, "appeals", "A1,S1,N1,2026-01-02 08:00,2026-01-05 08:00,reinstated_goodwill")
    assert followed(desk) == {"A1": (None, None, None, None, None)}


def test_of_two_enforcements_at_one_moment_both_must_be_under_appeal(desk: Desk) -> None:
    arrive(
        desk,
        "enforcements",
        "N1,S1,2026-01-01 08:00,\nN2,S1,2026-01-20 08:00,\nN3,S1,2026-01-20 08:00,",
    )
    arrive(desk, "appeals", "A1,S1,N1,2026-01-02 08:00,2026-01-05 08:00,reinstated_goodwill")
    arrive(desk, "appeals", "A2,S1,N2,2026-01-21 08:00,,")
    assert followed(desk)["A1"] == (15, 15, 15, False, True)
    arrive(desk, "appeals", "A3,S1,N3,2026-01-21 08:00,,")
    assert followed(desk)["A1"] == (15, 15, 15, True, True)
