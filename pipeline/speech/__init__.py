"""Audio → Transcript, and transcripts in and out of the formats people use."""

from pipeline.speech.aligning import LEAST as FITTING
from pipeline.speech.aligning import untimed, with_times
from pipeline.speech.enrolled import Part, Voiceprint, enrol, enrolled, forget
from pipeline.speech.formats import read_transcript, write_transcript
from pipeline.speech.models import on_gpu
from pipeline.speech.second import Again, heard_again
from pipeline.speech.whisper import speech_model_use, transcribe

__all__ = [
    "FITTING",
    "Again",
    "Part",
    "Voiceprint",
    "enrol",
    "enrolled",
    "forget",
    "heard_again",
    "on_gpu",
    "read_transcript",
    "speech_model_use",
    "transcribe",
    "untimed",
    "with_times",
    "write_transcript",
]
