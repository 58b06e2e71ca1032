"""What a person sees on the consensus board."""

import pytest

from dialogue.web.board import BoardRow, Picture, breadth, distance_of, layout, wrapped

HEADINGS = {
    None: "No position yet",
    "cannot_agree": "Cannot agree",
    "needs_work": "Needs work",
    "can_live_with_it": "Can live with it",
    "agree": "Agree",
}


def picture_of(*rows: BoardRow, narrow: bool = False) -> Picture:
    return layout(rows, HEADINGS, narrow=narrow)


def item(company: str | None, union: str | None, title: str = "Working time", moved_company: bool = False) -> BoardRow:
    return BoardRow(title, company, union, "in words", "open", moved_company=moved_company)


@pytest.mark.parametrize("narrow", [False, True])
def test_each_party_stands_on_the_line_of_its_position(narrow):
    picture = picture_of(item("needs_work", "agree"), narrow=narrow)
    places = {column.stance: column.x for column in picture.columns}

    assert picture.lines[0].company.x == places["needs_work"]
    assert picture.lines[0].union.x == places["agree"]


def test_agreement_lies_to_the_right_and_silence_to_the_far_left():
    picture = picture_of(item("agree", "agree"))

    assert [column.stance for column in picture.columns] == [
        None,
        "cannot_agree",
        "needs_work",
        "can_live_with_it",
        "agree",
    ]
    assert sorted(column.x for column in picture.columns) == [column.x for column in picture.columns]


def test_silence_is_drawn_hollow_and_joins_nothing():
    line = picture_of(item("agree", None)).lines[0]

    assert line.union.hollow
    assert not line.company.hollow
    assert line.bar is None


def test_two_parties_on_the_same_position_stand_side_by_side():
    line = picture_of(item("agree", "agree")).lines[0]

    assert line.company.x < line.union.x
    assert line.bar is None


def test_a_ring_around_one_that_moved_does_not_touch_the_other():
    line = picture_of(item("agree", "agree", moved_company=True)).lines[0]

    assert line.company.moved
    assert line.union.x - line.company.x > 14.5 + 9.3


@pytest.mark.parametrize(
    ("company", "union", "distance"),
    [
        ("agree", "agree", 0),
        ("can_live_with_it", "agree", 1),
        ("needs_work", "agree", 2),
        ("agree", "cannot_agree", 3),
        ("agree", None, None),
        (None, None, None),
    ],
)
def test_the_distance_is_counted_in_columns(company, union, distance):
    assert distance_of(item(company, union)) == distance


def test_the_bar_spans_both_parties_whichever_is_further():
    line = picture_of(item("agree", "cannot_agree")).lines[0]

    assert line.bar is not None
    assert line.bar.x == line.union.x
    assert line.bar.x + line.bar.width == line.company.x
    assert line.bar.distance == 3


def test_only_a_bar_within_agreement_is_common():
    common, apart = picture_of(item("can_live_with_it", "agree"), item("needs_work", "can_live_with_it")).lines

    assert common.bar is not None
    assert common.bar.common
    assert apart.bar is not None
    assert not apart.bar.common


def test_the_ground_of_agreement_holds_both_positions_that_count():
    picture = picture_of(item("can_live_with_it", "needs_work"))
    line = picture.lines[0]

    assert picture.ground.x < line.company.x < picture.ground.x + picture.ground.width
    assert line.union.x < picture.ground.x


@pytest.mark.parametrize("narrow", [False, True])
def test_items_follow_each_other_without_overlap_and_inside_the_picture(narrow):
    picture = picture_of(
        item("agree", "agree"),
        item(None, None, "No retaliation against anybody who takes part in this dialogue or speaks about it"),
        item("needs_work", "cannot_agree", "Unprotected" * 9),
        narrow=narrow,
    )

    for above, below in zip(picture.lines, picture.lines[1:], strict=False):
        assert above.bottom == below.top
    for line in picture.lines:
        assert all(line.top < words.y < line.bottom for words in line.title)
        assert line.top < line.company.y < line.bottom
    assert picture.lines[-1].bottom < picture.height
    assert all(0 < mark.x < picture.width for line in picture.lines for mark in (line.company, line.union))


def test_beside_the_title_nothing_is_written_over_the_columns():
    picture = picture_of(item("agree", "agree", "Return of the dismissed union officers to their former posts"))

    for words in picture.lines[0].title:
        assert words.x + breadth(words.text, picture.title_size) < picture.columns[0].x


def test_an_empty_agenda_has_columns_and_no_lines():
    picture = picture_of()

    assert picture.lines == ()
    assert len(picture.columns) == 5


def test_lines_of_a_title_are_about_equally_long():
    assert wrapped("Can live with it", 88, 12) in {("Can live", "with it"), ("Can live with it",)}
    assert wrapped("Bus timetable for the night shift", 200, 14) == ("Bus timetable for", "the night shift")


def test_a_title_that_is_too_long_ends_in_an_ellipsis_after_a_whole_word():
    lines = wrapped("one two three four five six seven eight nine ten eleven twelve thirteen", 90, 14, most=3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert lines[-1].rstrip("…").split()[-1] in {"six", "seven", "eight", "nine", "ten"}
    assert all(breadth(line, 14) <= 90 for line in lines)


def test_a_word_wider_than_its_place_is_cut():
    (line,) = wrapped("Donaudampfschifffahrtsgesellschaft", 90, 14)

    assert line.endswith("…")
    assert breadth(line, 14) <= 90
