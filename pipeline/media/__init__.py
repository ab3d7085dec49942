"""SOURCE → Episode: a file, an address or a feed becomes an episode whose audio or transcript lies on this disk."""

from pipeline.media.source import OpenedSource, newest_of, open_source

__all__ = ["OpenedSource", "newest_of", "open_source"]
