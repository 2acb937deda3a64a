"""What a figure is said to be: a word with a tone and a shape, so that colour never speaks alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "bad", "warn", "neutral", "early"]

_SHAPE: dict[Tone, str] = {"good": "", "bad": "", "warn": "◆", "neutral": "○", "early": "◌"}


@dataclass(frozen=True)
class Status:
    """A status as shape, word and tone.

    `direction` is the way the number moved ("up", "down") and is drawn for signals only; without one, or for
    the calm tones, the shape of the tone stands: ◆ off target, ○ usual, ◌ too early.
    """

    word: str
    tone: Tone = "neutral"
    direction: Literal["up", "down"] | None = None

    @property
    def shape(self) -> str:
        """The mark in front of the word: ▲ ▼ ◆ ○ ◌."""
        if self.tone in ("good", "bad") and self.direction:
            return "▲" if self.direction == "up" else "▼"
        return _SHAPE[self.tone] or "◆"

    @property
    def text(self) -> str:
        """Shape and word, held together by a no-break space."""
        return f"{self.shape}\u00a0{self.word}"
