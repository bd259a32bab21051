"""How faithful Carom is: recordings of real traffic, replayed and compared, and their making."""

from harness.fidelity.recording import Interaction, Recording, RecordingError, load, load_all, write
from harness.fidelity.replay import Verdict, replay
from harness.fidelity.score import Score

__all__ = [
    "Interaction",
    "Recording",
    "RecordingError",
    "Score",
    "Verdict",
    "load",
    "load_all",
    "replay",
    "write",
]
