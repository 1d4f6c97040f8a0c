"""Turns an Altair chart into a self-contained picture, and what a script needs to draw it live."""

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import altair
import vl_convert
from markupsafe import Markup

# As wide as the page of a phone: on wider pages the charts grow, so their text never gets smaller.
WIDTH = 420
FONT_SIZE = 14
AXIS_HEIGHT = 50
# Space to the right of the plot, for half of the last label of an axis.
RIGHT = 18
# Colors that follow the page's, which has a light and a dark form.
TEXT = "var(--text, #1b1b1b)"
GRID = "var(--line, #e2e2e2)"
PAGE = "var(--page, #fff)"

# Okabe and Ito's palette, which color-blind readers can distinguish.
TIER_COLORS = {"Gold": "#E69F00", "Silver": "#56B4E9", "Bronze": "#D55E00", "Unknown": "#999999"}
TIER_SHAPES = {"Gold": "circle", "Silver": "square", "Bronze": "triangle-up", "Unknown": "diamond"}
TIER_DASHES = {"Gold": [1, 0], "Silver": [8, 3], "Bronze": [2, 3], "Unknown": [8, 3, 2, 3]}
CATEGORY_COLORS = {"top_tier": "#0072B2", "standard_tier": "#CC79A7", "unknown": "#999999"}
CATEGORY_SHAPES = {"top_tier": "circle", "standard_tier": "square", "unknown": "diamond"}
OTHER = "Unknown"

SVG = "http://www.w3.org/2000/svg"
# Characters that XML cannot hold, and line breaks, which a label must not have. vl-convert aborts the whole
# process at a control character, so every text of a delivery passes `fit` before it is drawn.
UNFIT_CHARS = re.compile("[^\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_LABEL = 22

Row = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """A chart as the page shows it.

    Attributes:
        svg: the `<svg>` element; its ids are unique among the page's pictures.
        spec: the chart in Vega-Lite, for the script that draws it with tooltips and choices.
        alt: what it shows, for readers who cannot see it.
        caption: how to read it.
    """

    svg: Markup
    spec: dict[str, Any]
    alt: str
    caption: str


def picture(name: str, chart: "altair.LayerChart | altair.FacetChart", alt: str, caption: str) -> Picture:
    """Return the chart as a picture.

    Args:
        name: unique in the page; the picture's ids begin with it.
        chart: with its height; width, fonts and colors of text and grid are set here.
        alt: what it shows, as text.
        caption: how to read it.
    """
    styled = (
        chart.properties(description=_visible(alt))
        .configure(font="sans-serif", background="transparent", lineBreak="\n")
        .configure_view(stroke=None)
        # The text of the whole picture says more than that of its marks.
        .configure_mark(aria=False)
        .configure_axis(
            labelFontSize=FONT_SIZE,
            titleFontSize=FONT_SIZE,
            titleFontWeight="normal",
            labelColor=TEXT,
            titleColor=TEXT,
            gridColor=GRID,
            domainColor="#888",
            tickColor="#888",
            aria=False,
            labelLimit=WIDTH,
        )
        .configure_text(fontSize=FONT_SIZE, color=TEXT)
        .configure_rule(color=TEXT)
        .configure_legend(
            labelFontSize=FONT_SIZE, labelColor=TEXT, symbolSize=120, labelLimit=WIDTH, aria=False
        )
    )
    spec = styled.to_dict()
    svg = Markup(_stand_alone(name, vl_convert.vegalite_to_svg(spec), alt))
    return Picture(svg=svg, spec=spec, alt=alt, caption=caption)


def frame(left: int, right: int, top: int, height: int, bottom: int = AXIS_HEIGHT) -> dict[str, Any]:
    """Return the properties of a chart with fixed margins, so that every picture has the same width.

    Args:
        left, right, top: margins, in pixels of the picture.
        height: of the plot.
        bottom: margin for an axis and its title.
    """
    return {
        "width": WIDTH - left - right,
        "height": height,
        "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        "autosize": "none",
    }


def fit(text: str, limit: int = MAX_LABEL) -> str:
    """Return the text as a label: one line of characters that XML can hold, cut to `limit` characters."""
    clean = _visible(text)
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"


def _visible(text: str) -> str:
    return UNFIT_CHARS.sub("\ufffd", text)


def _stand_alone(name: str, source: str, alt: str) -> str:
    """The SVG as one picture with an alternative text: marks lose their roles, ids get the picture's name.

    vl-convert calls the clip paths of every picture clip1, clip2 and so on; in one page the first would
    clip them all.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(source)
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "role" or key.startswith("aria-"):
                del element.attrib[key]
            elif key == "id":
                element.set(key, f"{name}-{value}")
            elif value.startswith("url(#"):
                element.set(key, value.replace("url(#", f"url(#{name}-"))
    root.set("role", "img")
    root.set("aria-label", _visible(alt))
    root.attrib.pop("class", None)
    return ElementTree.tostring(root, encoding="unicode")
