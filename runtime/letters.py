"""Which letters a printed page has: Western European ones in the fonts of every PDF reader, others in an embedded one.

The embedded font, Arimo (SIL Open Font License), comes in a wheel of its own, has the same widths as Helvetica, and
knows Latin letters with every accent in use, Greek and Cyrillic. It is embedded only where a text needs it, and only
the letters used. Scripts that are written from the right, and others it lacks, are not printed: a question mark stands
for the letter, and `unprintable` names it, so that the pages can say so before anybody signs.
"""

import unicodedata
from atexit import register
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ENCODING = "windows-1252"
_ALIKE = str.maketrans({"−": "-", "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " "})
_FROM_THE_RIGHT = frozenset({"R", "AL"})
_FONTS = files("fontpkg_arimo") / "files"
_FILES = {"": "Arimo[wght].ttf", "B": "Arimo[wght].ttf", "I": "Arimo-Italic[wght].ttf"}
_WEIGHTS = {"": 400, "B": 700, "I": 400}


def printable(text: str) -> str:
    """The text as it is printed, letters and accents composed; a question mark for each letter that no font has."""
    return "".join(each if _western(each) or each in _embedded() else "?" for each in _composed(text))


def unprintable(*texts: str) -> str:
    """The letters of these texts that no font has, each once; empty when all can be printed."""
    every = dict.fromkeys(each for text in texts for each in _composed(text))
    return "".join(each for each in every if not _western(each) and each not in _embedded())


def is_western(text: str) -> bool:
    """Whether the fonts of every PDF reader have all of its letters."""
    return _western(_composed(text))


@cache
def font_file(style: str) -> str:
    """The embedded font's file for a style ("", "B" or "I"): made of the variable one, which takes a second, once a
    process; the file goes with the process."""
    folder = _folder()
    with as_file(_FONTS / _FILES[style]) as path, TTFont(path, recalcTimestamp=False) as font:
        instantiateVariableFont(font, {"wght": _WEIGHTS[style]}, inplace=True, static=True)
        made = Path(mkdtemp(dir=folder)) / f"{style or 'R'}.ttf"
        font.save(made)
    return str(made)


@cache
def _folder() -> str:
    folder = mkdtemp(prefix="chairtime-fonts-")
    register(rmtree, folder, ignore_errors=True)
    return folder


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_ALIKE)


def _western(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _embedded() -> frozenset[str]:
    """The letters of the embedded font."""
    with as_file(_FONTS / _FILES[""]) as path, TTFont(path, lazy=True) as font:
        letters = map(chr, font.getBestCmap())
        return frozenset(each for each in letters if unicodedata.bidirectional(each) not in _FROM_THE_RIGHT)
