"""What the people of the tours are called and what they type: in Latin letters, or in Urdu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    organization: str
    admin: str
    worker: str
    other: str
    """Another worker."""
    new: str
    """Somebody who is invited."""
    category: str
    other_category: str
    new_category: str
    title: str
    business: str
    folder: str
    note: str
    reason: str
    comment: str


ENGLISH: Final = Words(
    organization="MT Web Experts",
    admin="Nadia Malik",
    worker="Ayesha Khan",
    other="Bilal Ahmed",
    new="Zain Ali",
    category="Link Building",
    other_category="Citations",
    new_category="Video Scripts",
    title="Backlinks for Ace Plumbing",
    business="Ace Plumbing",
    folder="October",
    note="All of it is on the sheet",
    reason="Two links are broken",
    comment="Please look at the second one",
)
URDU: Final = Words(
    organization="ایم ٹی ویب ایکسپرٹس",
    admin="نادیہ ملک",
    worker="عائشہ خان",
    other="<b> بلال احمد",
    new="زین علی",
    category="بیک لنکس",
    other_category="حوالہ جات",
    new_category="ویڈیو اسکرپٹ",
    title="ایس پلمبنگ کے لیے لنکس",
    business="ایس پلمبنگ & بیٹے",
    folder="اکتوبر",
    note="سب کچھ شیٹ پر ہے",
    reason="دو لنکس ٹوٹے ہوئے ہیں\nانہیں ٹھیک کریں",
    comment="براہ کرم دوسرا دیکھیں",
)
"""With a name that looks like HTML, and a text of two lines."""
