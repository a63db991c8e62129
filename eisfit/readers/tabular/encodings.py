"""In which encoding a text was saved that is no UTF-8: by the words of its column line, in many languages.

A column line in Shift-JIS, EUC, GBK, Big5 or a Cyrillic code page is read where one of these encodings gives words that
name a frequency, an impedance or a unit, and gives more of them than all others. Else the text stays as it is, and its
column line is refused as one that names nothing.
"""

from __future__ import annotations

import re

from eisfit.readers.tabular.spellings import SPELLINGS
from eisfit.regular import regex

ENCODINGS = (
    "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "cp1251", "koi8_r", "cp866", "cp1250", "mac_roman", "cp1253",
)  # fmt: skip
"""Encodings of one and two bytes per character, those of the most laboratories first."""
HEAD = 1 << 16
"""Bytes in which words are looked for."""
LEAST = 2
"""Letters that a known word has at least."""
OTHERS = (
    "アドミタンス コンダクタンス サセプタンス 誘電率 誘電損失 キャパシタンス 容量 単位 测量 "
    "测试 导纳 电导 介电常数 介电损耗 电容 "
    "单位 單位 導納 介電常數 어드미턴스 유전율 손실 단위 проводимость ёмкость емкость адмиттанс проницаемость единицы "
    "オーム ヘルツ 欧姆 赫兹 温度 電圧 電流 电压 电流 時間 时间 시간 온도 время температура ом гц ком град "
    "rzeczywista urojona "
    "częstotliwość reálná imaginární fáze část część"
)
WORDS = tuple(
    {
        word
        for spellings in (*SPELLINGS.values(), OTHERS)
        for word in spellings.split()
        if not word.isascii() and len(re.sub(r"[\W\d_]", "", word)) >= LEAST
    }
)
"""Words in the writing of a language other than English."""
UNIT = regex(r"[\[(/]\s*[kMm]?Ω|[\[(/]\s*°\s*[\])]")
"""A unit with a sign that no code page has at the same place."""


SIGNS = bytes(range(0x80)) + "°±²³µ·º".encode("latin-1")
"""ASCII, and the bytes of signs beside it that texts of instruments have in Latin-1."""


TOP = 4096


def recoded(data: bytes) -> bytes:
    """The same text in UTF-8, where its words show in which encoding it was saved; unchanged otherwise."""
    head = data[:HEAD]
    if head[TOP:].isascii():  # of most files only the lines above the rows hold other signs
        head = head[:TOP]
    if head.isascii() or not head.translate(None, SIGNS):
        return data
    telling = b"\n".join(line for line in head.splitlines() if not line.isascii() and not _is_utf8(line))
    if not telling.translate(None, SIGNS):
        return data
    counts = {encoding: _known(telling, encoding) for encoding in ENCODINGS}
    best = max(counts, key=lambda encoding: counts[encoding])
    if counts[best] <= _known(telling, "cp1252"):
        return data
    return data.decode(best, errors="replace").encode()


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _known(telling: bytes, encoding: str) -> int:
    """How many letters of some bytes are in words that are known, read in an encoding; -1 if they cannot be."""
    text = telling.decode(encoding, errors="replace").lower()
    if text.count("\ufffd") > 1:  # one where the head is cut
        return -1
    found = sum(len(word) * text.count(word) for word in WORDS)
    return found + len(UNIT.findall(text.replace("ω", "Ω")))
