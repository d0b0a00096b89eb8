"""Which elements are a page's furniture: navigation, share bars, captions, related news, comments, cookie banners."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from lxml import etree

from pipeline.parse.tree import is_hidden
from pipeline.parse.words import word_set

LARGEST_SHARE = 0.4
"""An element that holds more of the page's prose than this is no furniture because of a weak sign alone."""
LARGEST_HIDDEN_SHARE = 0.6
"""A hidden element may be the text's twin for small screens; one with nearly all prose is shown by a script."""
LARGEST_SURE_SHARE = 0.97
"""Comments and cookie banners can be longer than a short release; what holds practically all prose is the release."""
MOST_NAMES = 40
"""Class names of one element that are looked at."""
SHORTEST_PROSE = 40
"""Characters of a run of text outside links from which it counts as prose."""

_WEAK_TAGS = word_set("aside dialog figcaption figure footer form")
_PAGE_TAGS = word_set("aside dialog footer header nav")
_PLAIN_TAGS = word_set("html body main h1 h2 h3 h4 br td th tr tbody thead table b i em strong a u sup sub")
_ROLES = word_set("navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar tooltip")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
CONTENT, SURE, WEAK, WEAK_LAST = 1, 2, 4, 8
"""What a name is a sign of: the text, furniture surely, furniture perhaps, or that as the last word of a name only."""

# Words of class names and ids; _ joins two that stand side by side.
_KINDS = {
    SURE: (
        "nav navbar navigation menu submenu breadcrumb breadcrumbs pagination pager paging foot footer masthead "
        "cookie cookies cookiebot cookiebanner cookiebar cookielaw cookienotice cookieconsent onetrust cybot didomi "
        "usercentrics tarteaucitron klaro borlabs complianz iubenda consent gdpr privacy "
        "comment comments commentlist disqus share shares shared sharing "
        "sharebar sharethis sharedaddy addthis addtoany social socials related recommend recommended recommendation "
        "recommendations recirc recirculation outbrain taboola newsletter noprint sr_only visually_hidden "
        "screen_reader no_print"
    ),
    WEAK: (
        "toolbar sidebar rail modal popup pop_up overlay lightbox follow readmore read_more readnext read_next "
        "readalso read_also seealso see_also also_read also_like more_news more_stories more_from more_on more_in "
        "trending popular latest most_read upnext up_next next_prev prev_next promo promos promotion promoted ad "
        "ads advert adverts advertisement advertising sponsor sponsored subscribe subscription subscriptions signup "
        "sign_up donate respond pullquote pull_quote callout cta teaser teasers"
    ),
    WEAK_LAST: (
        "tooltip tooltip_content tooltip_text caption captions legend legends credit credits gallery slideshow "
        "carousel slider thumbnail thumbnails tag tags taglist tag_list tagslist tags_list tagbox tag_box topics "
        "keywords categories cat_links byline author authors author_bio author_box author_info author_name "
        "author_card bio dateline timestamp meta metadata meta_data published print printer download downloads "
        "attachment attachments rating widget widgets search search_form login skip skip_link banner"
    ),
    CONTENT: "wysiwyg bodytext textcontent "
    + " ".join(
        f"{thing}{part} {thing}_{part}"
        for thing in ("article", "story", "entry", "post", "news", "release", "page", "main", "text", "body")
        for part in ("body", "content", "text")
    ),
}
_KIND_OF = {word.replace("_", " "): kind for kind, line in _KINDS.items() for word in line.split()}
_BEFORE_ANOTHER = frozenset(word.partition(" ")[0] for word in _KIND_OF if " " in word)
_CONTENT_NAMES = word_set("article hentry post entry story")
"""Whole names of elements that hold a text; as part of a name they say nothing."""
_HIDDEN_NAMES = word_set("hidden invisible")
"""Whole names of elements that no reader sees; `field--label-hidden` hides but a label."""
_STATES = word_set("has is no not with without js category tag type status format page single")
"""First words of names that tell what else is on the page."""


def furniture_of(elements: Sequence[etree._Element]) -> Callable[[etree._Element], bool]:
    """Return the test that says whether an element is furniture or hidden.

    `elements` is the whole tree in document order.
    """
    prose = _prose_sizes(elements)
    whole = prose[elements[0]]
    largest, largest_sure = LARGEST_SHARE * whole, LARGEST_SURE_SHARE * whole
    largest_hidden = LARGEST_HIDDEN_SHARE * whole

    def is_furniture(element: etree._Element) -> bool:
        tag = element.tag
        if tag in _PLAIN_TAGS:
            return False
        signs = _read_signs(element)
        weak = signs > CONTENT or tag in _WEAK_TAGS or element.get("role") in _ROLES
        hidden = is_hidden(element)
        if not weak and not hidden:
            return False
        if prose[element] <= (largest_hidden if hidden else largest):
            return True
        sure = tag == "footer" or (signs & SURE and prose[element] <= largest_sure)
        return bool(sure) and not _holds_headline(element)

    return is_furniture


def is_named_content(element: etree._Element) -> bool:
    """Say whether the element's class, id or microdata says that it holds the text."""
    return element.get("itemprop") == "articleBody" or _read_signs(element) == CONTENT


def is_named_furniture(element: etree._Element) -> bool:
    """Say whether the element's tag, role, class or id names a piece of furniture."""
    if element.tag in _PAGE_TAGS or element.get("role") in _ROLES:
        return True
    return _read_signs(element) > CONTENT


def _read_signs(element: etree._Element) -> int:
    """Return what an element's class names and id are signs of."""
    names, own = element.get("class"), element.get("id")
    return _read_names(f"{names or ''} {own or ''}") if names or own else 0


@lru_cache(maxsize=10_000)
def _read_names(names: str) -> int:
    """Return what class names and an id are signs of; those that name content are no signs of furniture."""
    signs = 0
    for name in names.split()[:MOST_NAMES]:
        if name in _CONTENT_NAMES:
            return CONTENT
        if name in _HIDDEN_NAMES:
            signs |= WEAK
        words = name.replace("_", "-").split("-") if name.islower() else [w.lower() for w in _CAMEL.findall(name)]
        words = [word for word in words if word]
        if not words or (words[0] in _STATES and len(words) > 1):
            continue
        before = last = ""
        for last in words:
            kind = _KIND_OF.get(last, 0)
            if before in _BEFORE_ANOTHER:
                kind |= _KIND_OF.get(f"{before} {last}", 0)
            if kind & CONTENT:
                return CONTENT
            signs |= kind & (SURE | WEAK)
            before = last
        signs |= WEAK if kind & WEAK_LAST else 0
    return signs


def _holds_headline(element: etree._Element) -> bool:
    return next(element.iter("h1", "article", "main"), None) is not None


def _prose_sizes(elements: Sequence[etree._Element]) -> Mapping[etree._Element, int]:
    """Return how many characters of prose each element holds: runs of text of some length that stand in no link."""
    inner: dict[etree._Element, int] = {}
    for element in elements:
        text, tail = element.text, element.tail
        if text and len(text) >= SHORTEST_PROSE:
            inner[element] = inner.get(element, 0) + len(text.strip())
        if tail and len(tail) >= SHORTEST_PROSE and element is not elements[0]:
            parent = element.getparent()
            inner[parent] = inner.get(parent, 0) + len(tail.strip())
    sizes = dict.fromkeys(elements, 0)
    while inner:  # one element up in each round: paragraphs side by side go on as one
        outer: dict[etree._Element, int] = {}
        for element, size in inner.items():
            if element.tag != "a":
                sizes[element] += size
                if element is not elements[0]:
                    parent = element.getparent()
                    outer[parent] = outer.get(parent, 0) + size
        inner = outer
    return sizes
