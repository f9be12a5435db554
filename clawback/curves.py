"""A payout curve as a picture: where an award stood as reported, and where as restated."""

from dataclasses import dataclass
from decimal import Decimal

# The picture's own units: its width and height, and the space around the plot.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 280, 56, 12, 24, 34
# Labels nearer than this to each other are moved apart.
APART = 22


@dataclass(frozen=True)
class Point:
    """A value on the curve: where it lies, and what it says."""

    x: Decimal
    y: Decimal
    foot: int
    says: str
    kind: str
    label_x: Decimal
    label_y: Decimal
    anchor: str


@dataclass(frozen=True)
class Picture:
    """A curve to be drawn as SVG, with its ticks, its points and a table of the same."""

    key: str
    lines: tuple[str, ...]
    across: tuple[tuple[Decimal, str], ...]
    up: tuple[tuple[Decimal, str], ...]
    points: tuple[Point, ...]
    table: tuple[tuple[str, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def curve_picture(metric, *, restated=None):
    """The picture of a measure's curve.

    `metric` has `key`, `curve` (pairs of measure and payout in percent), `reported` and perhaps
    `shape` and `restated`, as the worked cases write them. None where there is no plain curve.
    """
    if "curve" not in metric or "reported" not in metric:
        return None
    curve = [(Decimal(x), Decimal(y)) for x, y in metric["curve"]]
    shape = metric.get("shape", "linear")
    reported = Decimal(metric["reported"])
    restated = metric.get("restated") if restated is None else restated
    values = [reported] + ([Decimal(restated)] if restated is not None else [])
    scale = Scale(curve, values)
    points = [scale.point(reported, payout(curve, shape, reported), "reported")]
    if restated is not None:
        points.append(scale.point(values[1], payout(curve, shape, values[1]), "restated"))
    return Picture(
        key=metric["key"],
        lines=scale.lines(curve, shape),
        across=tuple((scale.x(x), f"{x.normalize():f}") for x, _ in curve),
        up=tuple((scale.y(y), f"{y.normalize():f}%") for y in scale.steps),
        points=apart(points),
        table=tuple((f"{x.normalize():f}", f"{y.normalize():f}%") for x, y in curve),
    )


def payout(curve, shape, value):
    """The payout of a measure in percent: linear between points, or the last one reached."""
    if value < curve[0][0]:
        return Decimal(0)
    below = [point for point in curve if point[0] <= value]
    x0, y0 = below[-1]
    if shape == "step" or len(below) == len(curve):
        return y0
    x1, y1 = curve[len(below)]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)


class Scale:
    """From measures and payouts to places in the picture."""

    def __init__(self, curve, values):
        first, last = curve[0][0], curve[-1][0]
        room = (last - first) / 8 or Decimal(1)
        self.low = min([first, *values]) - room
        self.high = max([last, *values]) + room
        top = max(y for _, y in curve) or Decimal(100)
        self.top = top * Decimal("1.05")
        step = next(one for one in (10, 20, 25, 50, 100, 200, 500, 10**9) if top / one <= 5)
        self.steps = [Decimal(step) * number for number in range(int(top // step) + 1)]

    def x(self, value):
        share = (value - self.low) / (self.high - self.low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value):
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - BOTTOM - TOP), 1)

    def lines(self, curve, shape):
        """The flat part below the first point, and the curve to the picture's right."""
        flat = f"{self.x(self.low)},{self.y(Decimal(0))} {self.x(curve[0][0])},{self.y(Decimal(0))}"
        places, before = [], None
        for x, y in curve:
            if shape == "step" and before is not None:
                places.append((x, before))
            places.append((x, y))
            before = y
        places.append((self.high, before))
        return flat, " ".join(f"{self.x(x)},{self.y(y)}" for x, y in places)

    def point(self, value, paid, kind):
        says = f"as {kind} {round(paid, 2).normalize():f}%"
        x, y = self.x(value), self.y(paid)
        left = x > WIDTH / 2
        return Point(
            x=x,
            y=y,
            foot=HEIGHT - BOTTOM,
            says=says,
            kind=kind,
            label_x=x - 10 if left else x + 10,
            label_y=max(y - 10, TOP - 8) if left else min(y + 18, HEIGHT - BOTTOM - 6),
            anchor="end" if left else "start",
        )


def apart(points):
    """Labels that would lie on each other stand one below the other."""
    if len(points) == 2 and abs(points[0].label_y - points[1].label_y) < APART:
        first, second = points
        lower = first.label_y + APART
        if lower > HEIGHT - BOTTOM - 4:
            lower = first.label_y - APART
        points = [first, Point(**{**vars(second), "label_y": lower})]
    return tuple(points)
