"""The picture of the evidence: response beside severe toxicity, one line per arm with its n. Numbers in, SVG out."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from patients.rulebook.evidence import Arm, Point

WIDTH, LABEL = 1160, 300
TOP, ROW, HEAD = 46, 26, 30
RESPONSE = (316, 700)  # x of 0 and of 100 %
TOXICITY = (760, 1060)  # x of 0 and of 40 %
MOST_TOXICITY = 40
STEP = 10


def _x(value, scale: tuple[int, int], most: int) -> float:
    return scale[0] + float(value) / most * (scale[1] - scale[0])


def _px(number: float) -> str:
    return f"{number:.1f}"


def _mark(point: Point | None, scale: tuple[int, int], most: int, y: float) -> dict | None:
    if point is None:
        return None
    x, to = _x(min(point.at, most), scale, most), _x(min(point.to, most), scale, most)
    return {
        "x": _px((x + to) / 2),
        "left": _px((x + to) / 2 - 5),
        "top": _px(y - 5),
        "triangle": f"M{_px((x + to) / 2 - 6)} {_px(y + 5)}h12l-6 -10.5z",
        "from": _px(x),
        "to": _px(to) if to != x else "",
        "verified": point.verified,
    }


def draw(arms: list[Arm]) -> SafeString:
    """The picture and, behind it, its table; nothing where no arm reports either."""
    y, rows, heading = TOP, [], None
    for arm in arms:
        said = ""
        if arm.heading != heading:
            heading = said = arm.heading
            y += HEAD
        y += ROW
        rows.append(
            {
                "arm": arm,
                "heading": said,
                "heading_y": y - ROW,
                "y": y,
                "text_y": y + 4,
                "orr": _mark(arm.points["orr"], RESPONSE, 100, y),
                "cr": _mark(arm.points["cr"], RESPONSE, 100, y),
                "crs": _mark(arm.points["crs_severe"], TOXICITY, MOST_TOXICITY, y),
                "neuro": _mark(arm.points["neuro_severe"], TOXICITY, MOST_TOXICITY, y),
            }
        )
    foot = y + 16
    grid = [
        {"x": _px(_x(at, scale, most)), "words": f"{at} %"}
        for scale, most, step in ((RESPONSE, 100, 20), (TOXICITY, MOST_TOXICITY, STEP))
        for at in range(0, most + 1, step)
    ]
    page = {"rows": rows, "width": WIDTH, "height": foot + 26, "foot": foot, "foot_text": foot + 18, "grid": grid}
    return render_to_string("rulebook/picture.html", page | {"response_x": RESPONSE[0], "toxicity_x": TOXICITY[0]})
