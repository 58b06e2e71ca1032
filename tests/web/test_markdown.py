"""What somebody writes in a note becomes a few harmless tags, or stays the words that it is."""

import time

import pytest

from dialogue.web.markdown import LONGEST, TAGS, render


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "<p>plain</p>\n"),
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>\n"),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>\n'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("# Loud", "<h4>Loud</h4>\n"),
        ("###### Low", "<h6>Low</h6>\n"),
    ],
)
def test_what_people_write_in_markdown_is_shown_as_they_mean_it(text, shown):
    assert render(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![picture](https://elsewhere.example/pixel.png)",
        '<a href="https://x.example" onclick="x()">x</a>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mi xlink:href='javascript:x'>x</mi></math>",
        "<style>*{display:none}</style>",
        "<iframe src='https://x.example'></iframe>",
        "[x]: https://elsewhere.example 'x'\n[x]",
        '<h1 id="main">x</h1>',
        "```html\n<script>x</script>\n```",
    ],
)
def test_nothing_that_is_fetched_or_run_comes_through(text):
    made = str(render(text))

    for opened in made.split("<")[1:]:
        name = opened.lstrip("/").split(">")[0].split(" ")[0].rstrip("/")
        assert name in TAGS, made


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "\\\\host"],
)
def test_an_address_of_another_kind_than_web_and_mail_is_no_link(address):
    assert f'href="{address[:4].lower()}' not in str(render(f"[words]({address})")).lower()
    assert "words" in render(f"[words]({address})")


def test_a_link_tells_the_other_place_nothing():
    made = str(render("[the text](https://www.ilo.org/declaration)"))

    assert 'href="https://www.ilo.org/declaration"' in made
    assert 'rel="noopener noreferrer nofollow"' in made


@pytest.mark.parametrize("text", ["[" * 20_000, "*a " * 6_000, "> " * 5_000 + "x", "`" * 20_000, "- " * 9_000])
def test_a_page_of_brackets_keeps_nobody_waiting(text):
    began = time.perf_counter()
    render(text)

    assert time.perf_counter() - began < 2


def test_what_is_too_long_is_paragraphs():
    made = str(render("*" + "x" * LONGEST + "\n\n<b>"))

    assert made.endswith("<p>&lt;b&gt;</p>")
    assert made.startswith("<p>*x")
