"""Made-up input near the borders of the grammars: markup, half of it broken, mixed with text of many scripts."""

from __future__ import annotations

from hypothesis import strategies as st

from playground.text import Entity, FormattedText

Texts = st.SearchStrategy[str]

# ---- Text of one to four bytes a character, one and two UTF-16 units, right-to-left, combining, joining, invisible.

_CHARS = (
    "abZ019_ -.,:;!?/\\@#$%&=+~*'\"()[]{}<>|`\n\r\t\0\v\u00a0é·ñИжߐاردوے\u200cשලි中ー"
    "\u200b\u200d\u200e\u2028\u2014\u2026İK😀𝟘\U00010d30\U00010d4a🇵🇰👩💻"
)
_WORDS = ["a", "text", "x y", "1", " ", "  ", "\n", "\r\n", "", "\\", "Привет", "سلام دنیا", "नमस्ते", "中文", "e\u0301"]
_EMOJIS = ["😀", "👨\u200d👩\u200d👧", "🇵🇰", "1\ufe0f\u20e3"]
_words = st.sampled_from(_WORDS + _EMOJIS)
_junk = st.text(st.one_of(st.sampled_from(_CHARS), st.characters(codec="utf-8")), max_size=6)
_plain = st.one_of(_words, _words, _junk)


def _joined(parts: Texts, max_size: int) -> Texts:
    return st.lists(parts, max_size=max_size).map("".join)


# ---- Links

_LINKS = [
    "http://example.com",
    "https://example.com/a?b=c#d",
    "HTTP://EXAMPLE.com:080/",
    "example.com",
    "http://localhost/",
    "ftp://a.com",
    "javascript:alert(1)",
    "tg://user?id=42",
    "TG:USER?ID=42",
    "tg://user/?x=1&id=7#id=9",
    "tg://user?id=042",
    "tg://user?id=0",
    "tg://users?id=5",
    "tg://resolve?domain=x",
    "tg:resolve",
    "ton://transfer/abc",
    "tonsite://foundation.ton/x y",
    "tg://emoji?id=5368324170671202286",
    "tg://emoji?id=-1",
    "tg://emoji/?a=b&id=12#c",
    "tg://time?unix=1647531900&format=wDT",
    "tg://time?format=tT&unix=5",
    "tg:time?unix=0",
    "http://u:p@h.com:65535/?q",
    "http://h.com:65536",
    "http://[::1]:8080/",
    "http://[::g]/",
    "http://a.%41b/%zz",
    "http://a.%4/",
    "http://пример.рф/путь",
    "http://a.b/ \t",
    "http://.",
    "http://a b.com",
    "a.b:c@d.e",
    "https://",
    "",
]
_LINK_PARTS = (
    "http https tg ton tonsite :// : / ? # @ . .. a b9 % %41 [ ] [::1] 80 0 65536 user emoji time id= unix= format= & "
    "5 = é 😀 '"
)
_links = st.one_of(st.sampled_from(_LINKS), _joined(st.sampled_from([*_LINK_PARTS.split(), " ", "\t"]), 8))

# ---- HTML

_TAG_NAMES = "b strong i em u ins s strike del tg-spoiler span a code pre tg-emoji tg-time blockquote"
_TAGS = _TAG_NAMES.split()
_WRONG_TAGS = ["B", "Tg-Spoiler", "p", "br", "b/", "", "é", "b\u00a0", "!--", "?"]
_ATTRIBUTE_NAMES = ["href", "class", "emoji-id", "unix", "format", "expandable", "HREF", "x"]
_BARE_ATTRIBUTES = [" expandable", " x", " ", "\n", "\t", " =", " /", ' "', " expandable=", " a=b.c-D", " a=b/"]
_VALUES = (
    "language-py language- tg-spoiler tg- spoiler 5368324170671202286 0 007 -1 1647531900 4294967301 -5 12x"
    " wDT r R tT x rt"
)
_REFERENCES = (
    "&lt; &gt &amp; &quot; &nbsp; &apos; &#65; &#65 &#x1F600; &#x1f600 &#0; &#x110000; &#x10ffff; &#x10fffe; "
    "&#1114110; &# &#x &; & &lt &ltx &LT; &#00000065; &#0000065; &#X41;"
)
_SURROGATES = ["&#xd83d;", "&#xdfff;", "&#xd83d;&#xde00;", "&#55357;"]
_END_TAGS = ["", "", "</>", "</ >", "</B\n>", "</x>", "</b"]

_tags = st.one_of(st.sampled_from(_TAGS), st.sampled_from(_WRONG_TAGS))
_references = st.sampled_from(_REFERENCES.split())
_values = st.one_of(_links, st.sampled_from(_VALUES.split()), _joined(st.one_of(_references, _plain), 3))
_attributes = st.one_of(
    st.builds(
        " {0}{3}={3}{2}{1}{2}".format,
        st.sampled_from(_ATTRIBUTE_NAMES),
        _values,
        st.sampled_from(["'", '"', '"', "'", ""]),
        st.sampled_from(["", "", "", " "]),
    ),
    st.sampled_from(_BARE_ATTRIBUTES),
)
_start_tags = st.builds("<{}{}>".format, _tags, _joined(_attributes, 2))
_RIGHT_ATTRIBUTES = {
    "a": _links.map(' href="{}"'.format),
    "span": st.just(' class="tg-spoiler"'),
    "code": st.sampled_from(["", ' class="language-c++"', " class=language-Py", ' class="x"']),
    "blockquote": st.sampled_from(["", " expandable", ' expandable=""']),
    "tg-emoji": st.sampled_from([' emoji-id="5368324170671202286"', " emoji-id=1", ' emoji-id="x"']),
    "tg-time": st.builds(
        '{} format="{}"'.format,
        st.sampled_from([' unix="1647531900"', " unix=5", ' unix=""', ' unix="-9"']),
        st.sampled_from(["", "r", "wDT", "dt", "Dd", "R", "q"]),
    ),
}


def _right_element(tag: str, inner: Texts) -> Texts:
    return st.builds(f"<{tag}{{}}>{{}}</{tag}>".format, _RIGHT_ATTRIBUTES.get(tag, st.just("")), inner)


def _right_html(inner: Texts) -> Texts:
    return st.one_of(_joined(inner, 4), st.sampled_from(_TAGS).flatmap(lambda tag: _right_element(tag, inner)))


def _any_html(inner: Texts) -> Texts:
    any_element = st.builds(
        lambda tag, attributes, text, end: f"<{tag}{attributes}>{text}{end or f'</{tag}>'}",
        _tags,
        _joined(_attributes, 2),
        inner,
        st.sampled_from(_END_TAGS),
    )
    return st.one_of(_right_html(inner), any_element)


_html_leaves = st.one_of(_plain, _plain, _references)
_html_pieces = st.one_of(
    _html_leaves, st.sampled_from(_SURROGATES), _start_tags, st.sampled_from(["</b>", "</a>", "</>", "</", "<", ">"])
)
html = st.one_of(
    st.recursive(_html_leaves, _right_html, max_leaves=10),
    st.recursive(_html_leaves, _any_html, max_leaves=10),
    _joined(_html_pieces, 8),
    st.builds(lambda text, size: text[:size], st.recursive(_html_leaves, _any_html, max_leaves=6), st.integers(0, 40)),
)

# ---- Markdown of both kinds

_MARKS = [
    "*",
    "_",
    "__",
    "~",
    "||",
    "`",
    "```",
    "[",
    "](",
    ")",
    "![",
    "]",
    "\n",
    "\n>",
    ">",
    "**>",
    "\\",
    "\\*",
    "\\\n",
]
_MORE_MARKS = ["\r", "\r\n", "```py\n", "```\n", "||\n", "!", "|", ".", "-", "#"]
_PAIRS = [
    ("*", "*"),
    ("_", "_"),
    ("__", "__"),
    ("~", "~"),
    ("||", "||"),
    ("`", "`"),
    ("```", "```"),
    ("```py\n", "```"),
]
_QUOTES = [("\n>", "\n"), (">", "||\n"), (">", "||"), (">", "\r\n"), ("\n>", "\n>x||\r\n")]
_RESERVED = "_*[]()~`>#+-=|{}.!\\"


def _escaped(text: str) -> str:
    return "".join("\\" + char if char in _RESERVED else char for char in text)


_markdown_links = st.one_of(_links, _links.map(_escaped), _plain)


def _marked(inner: Texts) -> Texts:
    pairs = st.sampled_from([*_PAIRS, *_QUOTES, ("```c++ ", "```"), ("```\r\n", "```")])
    return st.one_of(
        _joined(inner, 4),
        st.builds(lambda pair, text: pair[0] + text + pair[1], pairs, inner),
        st.builds("[{}]({})".format, inner, _markdown_links),
        st.builds("![{}]({})".format, inner, _markdown_links),
    )


markdown = st.one_of(
    st.recursive(st.one_of(_words, _words, _words, _junk), _marked, max_leaves=8),
    st.recursive(st.one_of(_words, _plain).map(_escaped), _marked, max_leaves=8),
    _joined(st.one_of(_plain, st.sampled_from(_MARKS), st.sampled_from(_MARKS + _MORE_MARKS), _markdown_links), 10),
)

# ---- What is detected

_FRAGMENTS = (
    "@ @user @gif @ab @user_name /start /start@bot /a@b # #tag #تاريخ #a1 #1 #_ $ $USD "
    "$1INCH $usd $ABCDEFGHI @some_bot #tag@bot1 $USD@bot1 http:// https:// ftp:// tg:// "
    "ton:// tonsite:// HTTP:// shttp:// mailto: xhttps:// :// : . .. ... example example.com "
    "EXAMPLE.COM Example.Com a.b t.me a.co.uk xn--p1ai a.xn--p1ai a.xn-- пример.рф localhost "
    "127.0.0.1 256.1.1.1 1.2.3.4 01.2.3.4 1.2.3 -a.com a-.com _a.com a_b.com teiegram.org "
    "teIegram.org user@example.com u.v+w@a-b.io user@localhost :80 :0 :65536 :00443 /path "
    "/p(a)th /a) /a] /a}. /«x» ?q=1 ? #frag /?#! ( ) [ ] { } < > \" ' ` « » , ; ! ~ - _ % & = "
    "+ | \\ 0 12 4111111111111111 4111 4111-1111-1111-1111 5500000000000004 340000000000009 "
    "6200000000000005 1:23 é ж 中 א ے \u200c \u200d \u200b \u2014 \u2026 😀 🏳\u200d🌈 · ੧ ² Ⅷ a b Z x 9 "
    ".İO .Kk .CoM .Сайт .САЙТ .ελ .ΕΛ .ไทย \U00010d30 \U00010d4a \U0001d2c0"
)
_fragments = st.sampled_from([*_FRAGMENTS.split(" "), "\u00a0", "\u3000", "\t"])
_labels = st.lists(
    st.sampled_from(["a", "example", "1", "255", "0", "xn--a-", "x_y", "é", "ж", "中", "😀", "a-b", "-a"]),
    min_size=1,
    max_size=4,
).map(".".join)
_top_levels = st.sampled_from(["com", "ru", "io", "рф", "COM", "c1", "co-m", "xn--p1ai", "x", "1", ""])
_hosts = st.builds("{}.{}".format, _labels, _top_levels)
_link_like = st.tuples(
    st.sampled_from(["", "", "", " ", "x", "@", "/", "#", "«", "(", "é", "😀", ":", "."]),
    st.sampled_from(
        ["", "", "http://", "https://", "ftp://", "x://", "HTTPS://", "tonsite://", "mailto:", "ahttp://", "://"]
    ),
    st.sampled_from(["", "", "", "u@", "u:p@", "@", "u.v@w@", "é@", "u+v@"]),
    _hosts,
    st.sampled_from(["", "", "", ":80", ":", ":0", ":99999", ":x"]),
    st.sampled_from(
        ["", "", "/", "/p", "?", "?q", "#", "#f", "/(a)", "/a)b", "/é«", "/a.", "/a!?", "/[x](y)", "/😀\u200d"]
    ),
    st.sampled_from(["", "", " ", ".", "...", ")", "»", ",", "@", "@x.com", "\u200b"]),
).map("".join)
_card_like = st.text(st.sampled_from("0123456789 -4111"), min_size=12, max_size=30)
detectable = st.one_of(
    _joined(st.one_of(_fragments, _fragments, st.sampled_from([" ", "\n"]), _junk), 9),
    _joined(_link_like, 3),
    _joined(st.one_of(_link_like, _fragments), 4),
    _card_like,
)

# ---- Texts with given entities

_STYLES = ["bold", "italic", "underline", "strikethrough", "spoiler"]
_fixable_words = st.one_of(
    st.text("ab \n\r\t\0é😀ا\u200e\u200f\u2028\u202e\u0333\u033f\u030a\u200b\u00a0.,", max_size=5),
    st.sampled_from(["text", "some words", " ", "\n", "سلام", "👨\u200d👩\u200d👧"]),
)
_Places = st.SearchStrategy[tuple[int, int]]


def _fitting_places(text: str) -> _Places:
    """Offsets and lengths of one or more whole characters of `text`."""
    borders = [0]
    for char in text:
        borders.append(borders[-1] + 1 + (char > "\uffff"))
    ends = st.sampled_from(borders)
    return st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair) - min(pair)))


def _any_places(text: str) -> _Places:
    size = len(text) + 2
    return st.tuples(st.integers(-1, size), st.one_of(st.integers(-1, size), st.integers(1, 4)))


def _entities_at(places: _Places) -> st.SearchStrategy[Entity]:
    plain = st.sampled_from([*_STYLES, *_STYLES, "blockquote", "expandable_blockquote", "code", "pre"])
    kinds = st.one_of(
        plain.map(lambda kind: {"type": kind}),
        st.sampled_from(["py", "c\r"]).map(lambda language: {"type": "pre", "language": language}),
        st.sampled_from(["http://a.b/", "a.b", "tg://user?id=5", "a.b\u202e/\t"]).map(
            lambda url: {"type": "text_link", "url": url}
        ),
        st.sampled_from(["1", "-5"]).map(lambda emoji_id: {"type": "custom_emoji", "custom_emoji_id": emoji_id}),
        st.just({"type": "text_mention", "user_id": 42}),
        st.just({"type": "date_time", "unix_time": 5, "date_time_format": ""}),
    )
    return st.builds(
        lambda kind, place: Entity(offset=place[0], length=place[1], **kind),
        kinds,
        places,
    )


_REFUSED = [
    Entity("text_link", 0, 1, url="x"),
    Entity("text_link", 0, 1, url="ftp://a.b"),
    Entity("custom_emoji", 0, 1, custom_emoji_id="0"),
    Entity("date_time", 0, 1, unix_time=0, date_time_format=""),
]


def _with_entities(text: str) -> st.SearchStrategy[FormattedText]:
    fitting = _entities_at(_fitting_places(text))
    anything = st.one_of(fitting, _entities_at(_any_places(text)), st.sampled_from(_REFUSED))
    lists = st.one_of(
        st.lists(fitting, max_size=7), st.lists(fitting, min_size=2, max_size=7), st.lists(anything, max_size=4)
    )
    return lists.map(lambda entities: FormattedText(text, tuple(entities)))


given_texts = _joined(_fixable_words, 6).flatmap(_with_entities)
"""Texts with entities as a bot may give them: overlapping, out of order, cutting characters, some out of bounds."""
fitting_texts = _joined(st.one_of(_fixable_words, detectable), 4).flatmap(
    lambda text: st.lists(_entities_at(_fitting_places(text)), max_size=6).map(
        lambda entities: FormattedText(text, tuple(entities))
    )
)
"""Texts with entities that lie within them, and with something to detect."""
