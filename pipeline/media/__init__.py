"""SOURCE → Episode: a file, an address or a feed becomes an episode whose audio or transcript lies on this disk."""

from pipeline.media.source import OpenedSource, open_source

__all__ = ["OpenedSource", "open_source"]
