"""Where a printed page is red, in millimetres from its top left corner."""

from dataclasses import dataclass
from typing import Any

from PIL import Image

DPI = 300
_PER_MM = DPI / 25.4


@dataclass(frozen=True)
class Stripe:
    """A red thing that reaches over some rows, with white above and below it."""

    top: float
    bottom: float
    left: float
    right: float


def red_stripes(page: Any) -> list[Stripe]:
    """The red things of a page of pdfplumber, from the top."""
    picture = page.to_image(resolution=DPI).original.convert("RGB")
    mask = _red(picture)
    found, begun = [], None
    for y in range(picture.height + 1):
        red = y < picture.height and mask.crop((0, y, picture.width, y + 1)).getbbox() is not None
        if red and begun is None:
            begun = y
        elif not red and begun is not None:
            found.append(_stripe(mask, begun, y))
            begun = None
    return found


def _red(picture: Image.Image) -> Image.Image:
    """White where it is rather red than white or black."""
    red, green, _blue = picture.split()
    bright = red.point(lambda value: 255 if value > 150 else 0)
    pure = green.point(lambda value: 255 if value < 128 else 0)
    return Image.composite(bright, Image.new("L", picture.size), pure)


def _stripe(mask: Image.Image, top: int, bottom: int) -> Stripe:
    box = mask.crop((0, top, mask.width, bottom)).getbbox() or (0, 0, 0, 0)
    return Stripe(top / _PER_MM, bottom / _PER_MM, box[0] / _PER_MM, box[2] / _PER_MM)
