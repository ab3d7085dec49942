"""What went wrong with a question, from the errors of many clients: to be mended, to be let go, or to be said at once."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import SettingsError


@dataclass(frozen=True)
class Fault:
    """Why there is no answer. `mend`: asking again with the fault named may help. `answered`: the model did say something."""

    kind: str
    text: str
    mend: bool = False
    answered: bool = False


_REFUSED_ACCESS = {
    401: "the key is refused",
    403: "the key is not allowed this",
    404: "there is no such model or address",
}
_CUT = ("LengthFinishReason", "IncompleteOutput")
_REFUSALS = ("Refusal", "ContentFilter")
_FORM = ("OutputParser", "ValidationError", "JSONDecode", "ValueError", "KeyError", "TypeError", "AttributeError")


def fault_of(error: BaseException, model: str) -> Fault:
    """What an error of a provider's client means for the question.

    Raises:
        SettingsError: the key is refused or there is no such model, so every question would fail.
    """
    name, text = type(error).__name__, " ".join(str(error).split())[:300]
    status = _status(error)
    if status in _REFUSED_ACCESS:
        raise SettingsError(f"{model}: {_REFUSED_ACCESS[status]} ({status}); check the name and the key") from error
    if status == 429:
        return Fault("rate limit", text)
    if any(part in name for part in _REFUSALS):
        return Fault("refused", text, answered=True)
    if any(part in name for part in _CUT):
        return Fault("cut short", "the answer was too long and was cut off; be brief", mend=True, answered=True)
    if "timeout" in name.lower() or "timed out" in text.lower():
        return Fault("timeout", text)
    if status is None and any(part in name for part in _FORM):
        return Fault("wrong form", text, mend=True, answered=True)
    return Fault("no connection" if status is None else f"error {status}", text)


def _status(error: BaseException) -> int | None:
    """The HTTP status of a failure in an error, wherever its client keeps it."""
    for holder in (error, getattr(error, "response", None), error.__cause__):
        for name in ("status_code", "code"):
            found = getattr(holder, name, None)
            if isinstance(found, int) and 300 <= found < 600:
                return found
    return None
