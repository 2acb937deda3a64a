"""What a search finds where only the numbers of cases could hold the words."""

from __future__ import annotations

import pytest

from queries.cases import Behind, case_page, exported_cases
from queries.filters import Filters
from queries.listing import KINDS, LISTINGS
from tests.queries.conftest import World


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", ["no such words", "77777777777"])
def test_words_that_nothing_contains_find_no_case(rich_world: World, kind: str, words: str) -> None:
    assert case_page(rich_world.reader, Behind(None, None, Filters(), search=words, kind=kind)).total == 0


@pytest.mark.parametrize("kind", ["appeals", "enforcements"])
def test_part_of_a_number_finds_the_numbers_that_contain_it(rich_world: World, kind: str) -> None:
    key = LISTINGS[kind].key[0]
    numbers = [str(row[key]) for row in rich_world.rows.rows(kind)]
    words = numbers[0][1:]
    behind = Behind(None, None, Filters(), search=words, kind=kind)
    found = [row[key] for part in exported_cases(rich_world.reader, behind) for row in part.to_pylist()]
    wanted = {number for number in numbers if words in number}
    assert wanted and wanted <= set(found)
