"""A printed page: Letter paper with a foot on every page, sections, pairs and tables, made with fpdf2.

No system package is needed: the fonts are those that every PDF reader has, and for a text with other letters one that
is embedded (`runtime.letters`).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from fpdf import FPDF
from fpdf.fonts import FontFace

from runtime.letters import ENCODING, font_file, is_western, printable

FONT = "Helvetica"
_EMBEDDED = "Arimo"
LINE = 5.2
"""Height of a line of text in millimetres."""

INK, QUIET, DEEP, SOFT, RULE = (28, 31, 33), (88, 92, 94), (14, 79, 82), (231, 240, 239), (196, 200, 198)


class Paper(FPDF):
    """`foot` gives the line at the bottom of a page from its number; `{nb}` stands for how many there are."""

    def __init__(self, title: str, on: date, foot: Callable[[int], str], language: str = "en") -> None:
        super().__init__(format="Letter")
        self.core_fonts_encoding = ENCODING
        self._foot = foot
        self.set_creation_date(datetime.combine(on, time(), UTC))
        self.set_title(title)
        self.set_lang(language)
        self.set_margin(18)
        self.set_auto_page_break(True, 22)
        self.set_draw_color(*RULE)
        self.set_text_color(*INK)
        self.add_page()

    def footer(self) -> None:
        """Called by fpdf2 at the end of each page."""
        self.set_y(-15)
        self.set_text_color(*QUIET)
        self.cell(0, 5, self.face(self._foot(self.page_no()), "", 8), align="C")
        self.set_text_color(*INK)

    def face(self, text: str, style: str, size: float, plain: str = FONT) -> str:
        """Take the font that has this text's letters, `plain` if that one does; gives the text as it is printed."""
        self.set_font(self.family(text, style, plain), style, size)
        return printable(text)

    def family(self, text: str, style: str = "", plain: str = FONT) -> str:
        """The font for this text."""
        if is_western(text):
            return plain
        if f"{_EMBEDDED}{style}".lower() not in self.fonts:
            self.add_font(_EMBEDDED, style, font_file(style))
        return _EMBEDDED

    def say(self, text: str, size: float = 10, style: str = "", color: tuple[int, int, int] = INK) -> None:
        """A paragraph over the whole width."""
        self.set_text_color(*color)
        self.multi_cell(0, LINE * size / 10, self.face(text, style, size), new_x="LMARGIN", new_y="NEXT", align="L")
        self.set_text_color(*INK)

    def section(self, title: str, room: float = 26) -> None:
        """A heading; it goes to the next page when less than `room` millimetres are left under it."""
        self.keep(room)
        self.ln(4)
        self.say(title, 12, "B", DEEP)
        self.ln(0.8)

    def keep(self, height: float) -> None:
        """Begin a new page when this much does not fit on the present one."""
        if self.will_page_break(height):
            self.add_page()

    def pairs(
        self, lines: Sequence[tuple[str, str]], loud: Sequence[str] = (), widths: tuple[int, int] = (45, 55)
    ) -> None:
        """Names and values, a line between them; those named in `loud` are bold."""
        with self.table(
            col_widths=widths, first_row_as_headings=False, text_align=("LEFT", "RIGHT"), **self._lines()
        ) as table:
            for name, value in lines:
                style = "B" if name in loud else ""
                row = table.row()
                row.cell(printable(name), style=self._cell(name, style))
                row.cell(printable(value), style=self._cell(value, style))

    def rows(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        *,
        last: Sequence[str] = (),
        line_before: int | None = None,
        line_words: str = "",
    ) -> None:
        """A table of which the heads stand on every page; the first two columns are text, the others amounts.

        `last` is the line of totals; `line_before` the row before which a band with `line_words` runs across.
        """
        aligned = ("LEFT", "LEFT", *["RIGHT"] * (len(heads) - 2))
        face = FontFace(emphasis="B", fill_color=SOFT, color=DEEP)
        with self.table(col_widths=widths, text_align=aligned, headings_style=face, **self._lines(9)) as table:
            table.row([printable(each) for each in heads])
            for at, cells in enumerate(rows):
                if at == line_before:
                    table.row().cell(printable(line_words), colspan=len(heads), style=face)
                row = table.row()
                for each in cells:
                    row.cell(printable(each), style=self._cell(each))
            if last:
                table.row([printable(each) for each in last], style=FontFace(emphasis="B"))

    def _cell(self, text: str, style: str = "") -> FontFace:
        return FontFace(family=self.family(text, style), emphasis=style)

    def _lines(self, size: float = 10) -> dict[str, object]:
        self.set_font(FONT, "", size)
        self.set_line_width(0.2)
        return {"borders_layout": "HORIZONTAL_LINES", "line_height": LINE * size / 10, "padding": (0.7, 1)}


def room_of(lines: Sequence[object]) -> float:
    """Room for a heading and these pairs on one page, in millimetres; many go over several."""
    return min(14 + 8.0 * len(lines), 150)
