"""The exception tree.

ClaimcastError                 anything a person can act on; its text is one clear line
├── InputError                 what came in can't be used
│   ├── MediaError             no such file, no audio stream, no speech, an unsupported format
│   ├── TranscriptError        an empty or malformed transcript
│   ├── FeedError              a feed that can't be read, or an episode it does not list
│   └── AddressError           an address that leads nowhere
│       └── UnsafeAddressError an address that must not be fetched
├── WeightsError               a model that is missing, or whose hash is wrong
├── StoreError                 an evidence store that can't be opened or written
├── SourceError                one piece of evidence that can't be loaded
├── ModelOutputError           a model answered in a form that can't be used
├── SchemaError                a file that a later claimcast wrote
└── SettingsError              a setting with a value that makes no sense

A message names the thing, what was wrong with it and what to do next.
"""


class ClaimcastError(Exception):
    """Anything a person can act on; `str(error)` is the line that is shown."""


class InputError(ClaimcastError):
    """What came in can't be used."""


class MediaError(InputError):
    """A file or address that yields no usable audio."""


class TranscriptError(InputError):
    """A transcript that is empty or can't be read."""


class FeedError(InputError):
    """A feed that can't be read, or an episode it does not list."""


class AddressError(InputError):
    """An address that leads nowhere."""


class UnsafeAddressError(AddressError):
    """An address that must not be fetched."""


class WeightsError(ClaimcastError):
    """A model that is missing, or whose hash is wrong."""


class StoreError(ClaimcastError):
    """An evidence store that can't be opened or written."""


class SourceError(ClaimcastError):
    """One piece of evidence that can't be loaded; the others go in."""


class ModelOutputError(ClaimcastError):
    """A model answered in a form that can't be used."""


class SettingsError(ClaimcastError):
    """A setting with a value that makes no sense."""


class SchemaError(ClaimcastError):
    """A file that a later claimcast wrote."""
