"""The pages of this room: motions and votes in `motions`, written consents in `consents`."""

from governance.decisions.views.motions import conduct, decisions, motion, put, receipt

__all__ = ["conduct", "decisions", "motion", "put", "receipt"]
