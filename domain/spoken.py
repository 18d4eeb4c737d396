"""How a date is written for a patient, by language."""

from collections.abc import Mapping
from datetime import date

MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip


def full_date(day: date, language: str) -> str:
    """``November 23, 2026`` or ``23 de noviembre de 2026``."""
    month = MONTHS[language][day.month - 1]
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{month} {day.day}, {day.year}"


def short_date(day: date, language: str) -> str:
    """``Nov 23, 2026`` or ``23 nov 2026``."""
    month = MONTHS[language][day.month - 1][:3]
    return f"{day.day} {month} {day.year}" if language == "es" else f"{month} {day.day}, {day.year}"
