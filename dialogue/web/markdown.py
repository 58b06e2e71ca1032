"""Notes as pages: Markdown into a few harmless tags, and nothing that anybody could make a browser fetch or run."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
)
SCHEMES = frozenset({"http", "https", "mailto"})
# Beyond this nothing is made of it but paragraphs: a page of brackets must not keep a server busy.
LONGEST = 20_000
# A page has its own headings above those of a note.
_LOWER = {"h1": "h4", "h2": "h5", "h3": "h6", "h4": "h6", "h5": "h6"}

_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
    .enable("strikethrough")
    .disable(["image", "html_block", "html_inline", "reference"])
)


def render(text: str) -> Markup:
    """What somebody wrote in Markdown, as markup that can stand on a page as it is.

    HTML in the text is shown as it was typed; pictures and addresses of other kinds than the web and mail are words.
    """
    if len(text) > LONGEST:
        return Markup("").join(Markup("<p>{}</p>").format(part) for part in text.split("\n\n"))
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        token.tag = _LOWER.get(token.tag, token.tag)
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(
        made,
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704
