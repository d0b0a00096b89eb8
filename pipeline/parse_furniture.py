"""Which elements are a page's furniture: navigation, share bars, captions, related news, comments, cookie banners."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from lxml import etree

from pipeline.parse_tree import is_hidden
from pipeline.parse_words import word_set

LARGEST_SHARE = 0.4
"""An element that holds more of the page's prose than this is no furniture because of a weak sign alone."""
LARGEST_SURE_SHARE = 0.97
"""Comments and cookie banners can be longer than a short release; what holds practically all prose is the release."""
SHORTEST_PROSE = 40
"""Characters of a run of text outside links from which it counts as prose."""

_SURE_TAGS = word_set("footer head menu nav")
_WEAK_TAGS = word_set("aside dialog figcaption figure form")
_PLAIN_TAGS = word_set("html body main h1 h2 h3 h4 br td th tr tbody thead table b i em strong a u sup sub")
_ROLES = word_set("navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar tooltip")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STATES = re.compile(
    r"(?:^|(?<=\s))(?:has|is|no|not|with|without|js|category|tag|type|status|format|page|single|field-label)-\S*"
)
_CONTENT = re.compile(
    r"(?:^|\s)(?:article|hentry|post|entry|story)(?=$|\s)|text-?content|wysiwyg|body-?text|"
    r"(?:article|story|entry|post|news|release|page|main)[_-]*(?:body|content|text)"
)
_SURE = (
    r"nav|navbar|navigation|menu|submenu|breadcrumbs?|pagination|pager|paging|foot|footer|masthead|"
    r"cookies?|consent|gdpr|privacy|comments?|commentlist|disqus\w*|"
    r"share|shares|shared|sharing|sharebar|sharethis|sharedaddy|addthis|addtoany|social|socials|"
    r"related|recommend(?:ed|ations?)?|recirc\w*|outbrain|taboola|newsletter|"
    r"sr-only|visually-?hidden|screen-reader\w*|noprint|no-print|tooltip-?(?:content|text|body|inner)"
)
_WEAK = (
    r"toolbar|sidebar|rail|modal|popup|pop-up|overlay|lightbox|follow|read-?(?:more|next|also)|see-?also|also-(?:read|like)|"
    r"more-(?:news|stories|from|on|in)|trending|popular|most-read|latest|up-?next|next-?prev|prev-?next|promo\w*|"
    r"ads?|advert\w*|sponsor(?:ed)?|subscri\w*|sign-?up|donate|respond|pullquote|pull-quote|callout|cta|teasers?"
)
_WEAK_LAST = (
    r"tooltip|captions?|legends?|credits?|gallery|slideshow|carousel|slider|thumbnails?|tags?|tag-?list|tags-?list|tag-?box|"
    r"topics|keywords|categories|cat-links|byline|authors?|author-?(?:bio|box|info|name|card)|bio|dateline|timestamp|meta|"
    r"meta-?data|published|print|printer|downloads?|attachments?|rating|widgets?|search|search-?form|login|skip|skip-?link|"
    r"hidden|banner"
)
_BEGIN, _END = r"(?:^|[\s_-])", r"(?=$|[\s_-])"
_SURE_NAMES = re.compile(rf"{_BEGIN}(?:{_SURE}){_END}")
_WEAK_NAMES = re.compile(rf"{_BEGIN}(?:(?:{_WEAK}){_END}|(?:{_WEAK_LAST})(?=$|\s))")


def furniture_of(elements: Sequence[etree._Element]) -> Callable[[etree._Element], bool]:
    """Return the test that says whether an element is furniture or hidden.

    `elements` is the whole tree in document order.
    """
    prose = _prose_sizes(elements)
    whole = prose[elements[0]]
    largest, largest_sure = LARGEST_SHARE * whole, LARGEST_SURE_SHARE * whole

    def is_furniture(element: etree._Element) -> bool:
        tag = element.tag
        if tag in _PLAIN_TAGS:
            return False
        size = prose[element]
        if is_hidden(element):
            return size <= largest
        sure, weak = _signs(element, tag)
        if sure and size <= largest_sure and (size <= largest or not _holds_headline(element)):
            return True
        return weak and size <= largest

    return is_furniture


def is_named_content(element: etree._Element) -> bool:
    """Say whether the element's class, id or microdata says that it holds the text."""
    if element.get("itemprop") == "articleBody":
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return names != " " and _CONTENT.search(names.lower()) is not None


def is_named_furniture(element: etree._Element) -> bool:
    """Say whether the element's tag, role, class or id names a piece of furniture."""
    if element.tag in _SURE_TAGS or element.tag in ("aside", "dialog") or element.get("role") in _ROLES:
        return True
    return _name_signs(f"{element.get('class') or ''} {element.get('id') or ''}")[1]


def _signs(element: etree._Element, tag: str) -> tuple[bool, bool]:
    """Return whether the element's tag and names are sure signs of furniture, and whether they are signs at all."""
    if tag in _SURE_TAGS:
        return True, True
    sure, weak = _name_signs(f"{element.get('class') or ''} {element.get('id') or ''}")
    return sure, weak or tag in _WEAK_TAGS or element.get("role") in _ROLES


@lru_cache(maxsize=10_000)
def _name_signs(names: str) -> tuple[bool, bool]:
    names = _STATES.sub("", _CAMEL.sub("-", names).lower())
    if _CONTENT.search(names) is not None:
        return False, False
    sure = _SURE_NAMES.search(names) is not None
    return sure, sure or _WEAK_NAMES.search(names) is not None


def _holds_headline(element: etree._Element) -> bool:
    return next(element.iter("h1", "article", "main"), None) is not None


def _prose_sizes(elements: Sequence[etree._Element]) -> dict[etree._Element, int]:
    """Return how many characters of prose each element holds: runs of text of some length that stand in no link."""
    sizes = dict.fromkeys(elements, 0)
    for element in reversed(elements):
        size = sizes[element]
        if element.tag == "a":
            size = 0
        else:
            text = element.text
            if text is not None and len(text) >= SHORTEST_PROSE:
                size += len(text.strip())
        sizes[element] = size
        tail = element.tail
        if tail is not None and len(tail) >= SHORTEST_PROSE:
            size += len(tail.strip())
        if size:
            parent = element.getparent()
            if parent in sizes:
                sizes[parent] += size
    return sizes
