"""A payout curve as it is drawn: the plan's points, and where the award stands on them.

Coordinates run from 0 to 1,000 both ways, so that whoever draws needs no arithmetic of money.
"""

from fractions import Fraction

WIDE = 1000


def curves_of(sheet):
    """The curves of a recalculation sheet: each measure's, with its value reported and restated."""
    return [drawn for one in sheet.get("curves", []) if (drawn := draw(one))]


def draw(metric):
    """One curve; None where it has no value to show on it."""
    points = [(Fraction(str(x)), Fraction(str(y))) for x, y in metric.get("curve") or []]
    shown = [
        (label, Fraction(str(metric[name])))
        for name, label in (("reported", "as reported"), ("restated", "as restated"))
        if isinstance(metric.get(name), str | int)
    ]
    if not points or not shown:
        return None
    is_step = metric.get("shape") == "step"
    xs = [x for x, _ in points] + [value for _, value in shown]
    room = (max(xs) - min(xs)) / 8 or Fraction(1)
    first, last = min(xs) - room, max(xs) + room
    top = max(50, -(-max(y for _, y in points) // 50) * 50)

    def place(x, y):
        return [int((x - first) / (last - first) * WIDE), int(y / top * WIDE)]

    corners = path(points, first, last, is_step)
    return {
        "title": metric["key"].replace("_", " "),
        "parts": [[place(*corner) for corner in part] for part in corners],
        "levels": [[int(Fraction(y, top) * WIDE), f"{y}%"] for y in range(0, int(top) + 1, 50)],
        "measures": [[place(x, 0)[0], short(x)] for x, _ in points],
        "marks": [
            {"at": place(value, y), "says": f"{label} {short(y)}%", "kind": label.split()[1]}
            for label, value in shown
            for y in [payout_at(points, value, is_step)]
        ],
    }


def path(points, first, last, is_step):
    """The curve in unbroken parts: nothing below its first point, its last level above."""
    parts = [[(first, Fraction(0)), (points[0][0], Fraction(0))]]
    if is_step:
        ends = [x for x, _ in points[1:]] + [last]
        return parts + [[(x, y), (end, y)] for (x, y), end in zip(points, ends, strict=True)]
    return [*parts, [*points, (last, points[-1][1])]]


def payout_at(points, value, is_step):
    """The payout at a value, in percent (section 6)."""
    if value < points[0][0]:
        return Fraction(0)
    before = [point for point in points if point[0] <= value]
    after = [point for point in points if point[0] > value]
    (x0, y0) = before[-1]
    if is_step or not after:
        return y0
    (x1, y1) = after[0]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)


def short(number):
    """To two decimals at most: "82.5"."""
    hundredths = round(number * 100)
    said = f"{abs(hundredths) // 100:,}.{abs(hundredths) % 100:02d}".rstrip("0").rstrip(".")
    return f"-{said}" if hundredths < 0 else said
