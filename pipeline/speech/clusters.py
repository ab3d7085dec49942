"""How many voices, and which vector is whose: clustering of speaker vectors.

Average-linkage clustering on cosine distance finds well separated voices and their number. Two voices alike on a poor line
merge there; a two-way spectral cut (as in arXiv:1710.10468) then tells whether one cloud is really two: the halves of one
person's voice lie within .08 of each other, the closest two people measured at .12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MERGE = 0.38
"""Mean cosine distance up to which two clusters are one voice (.35 to .40 measured equal)."""
_APART = 0.095
"""Cosine distance between the halves of a cloud from which they are two voices."""
_MOST = 1500
"""Vectors that are clustered; the rest of a long file is assigned to the voices found."""
_ENOUGH = 24
"""Vectors, ten seconds of speech, below which one cloud is not cut."""
_LEAST_SHARE, _LEAST = 0.02, 8
"""A voice has at least this share of the vectors, and at least this many: the three or four windows in which one voice
hands over to another can look like a third."""


def voices(vectors: np.ndarray) -> np.ndarray:
    """The mean unit vector of each voice found: (voices, 256); one row when all vectors are one voice's."""
    import numpy as np

    if len(vectors) < 2 * _LEAST:
        return _unit(vectors.mean(axis=0, keepdims=True))
    some = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), _MOST)).astype(int)]
    centres = _settled(some, _linked(some))
    if len(centres) > 1:
        return centres
    halves = _settled(some, _halved(some)) if len(some) >= _ENOUGH else centres
    if len(halves) == 2 and 1.0 - float(halves[0] @ halves[1]) >= _APART:
        return halves
    return centres


def _linked(vectors: np.ndarray) -> np.ndarray:
    """Cluster numbers by average linkage; clusters too small to be a person get -1."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = fcluster(linkage(vectors, "average", "cosine"), MERGE, "distance")
    found, sizes = np.unique(labels, return_counts=True)
    least = max(_LEAST, _LEAST_SHARE * len(vectors))
    small = found[sizes < min(least, sizes.max())]
    kept: np.ndarray = np.where(np.isin(labels, small), -1, labels)
    return kept


def _halved(vectors: np.ndarray) -> np.ndarray:
    """Two groups by the second eigenvector of the refined affinity matrix."""
    import numpy as np

    affinity = vectors @ vectors.T
    floor = np.quantile(affinity, 0.8, axis=1, keepdims=True)
    affinity = np.where(affinity < floor, affinity * 0.01, affinity)
    affinity = np.maximum(affinity, affinity.T)
    affinity = affinity @ affinity.T
    affinity /= affinity.max(axis=1, keepdims=True)
    _, axes = np.linalg.eigh((affinity + affinity.T) / 2)
    ratio = axes[:, -2] / np.where(np.abs(axes[:, -1]) < 1e-9, 1e-9, axes[:, -1])
    halves: np.ndarray = (ratio > np.median(ratio)).astype(int)
    return halves


def _settled(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The centres of the labelled groups after every vector has joined the nearest (spherical k-means)."""
    import numpy as np

    centres = _unit(np.stack([vectors[labels == label].mean(axis=0) for label in np.unique(labels[labels >= 0])]))
    for _ in range(10):
        nearest = (vectors @ centres.T).argmax(axis=1)
        kept = [label for label in range(len(centres)) if (nearest == label).any()]
        centres = _unit(np.stack([vectors[nearest == label].mean(axis=0) for label in kept]))
    return centres


def _unit(vectors: np.ndarray) -> np.ndarray:
    import numpy as np

    unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
