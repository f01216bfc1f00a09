"""An order in which like stands by like, for the rows and columns of a heat map."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd


def leaf_order(profiles: pd.DataFrame, lean: pd.Series) -> list[Hashable]:
    """The names in the index of `profiles`, one row a thing, so that neighbours have like profiles.

    Rows are scaled to length 1, so that it matters what is said and not how much. Hierarchical clustering (average
    linkage) with optimal leaf ordering: Z. Bar-Joseph, D. K. Gifford and T. S. Jaakkola, "Fast optimal leaf ordering
    for hierarchical clustering", Bioinformatics 17, suppl. 1 (2001), S22-S29. Such an order may be read from either
    end: the one where low values of `lean` (a number a name) come first is taken. Rows of the same profile stay in the
    order given, and so does everything where there are fewer than two kinds of profile.
    """
    lengths = np.linalg.norm(profiles.to_numpy(float), axis=1, keepdims=True)
    scaled = np.round(profiles.to_numpy(float) / np.where(lengths > 0, lengths, 1), 9)
    kinds: dict[tuple[float, ...], list[Hashable]] = {}
    for name, row in zip(profiles.index, scaled, strict=True):
        kinds.setdefault(tuple(row), []).append(name)
    members = list(kinds.values())
    order = _leaves(np.array(list(kinds))) if len(kinds) > 1 else list(range(len(kinds)))
    return _turned([members[leaf] for leaf in order], lean)


def _leaves(rows: np.ndarray) -> list[int]:
    # It takes a third of a second to import, which charts without an order need not pay.
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    return [int(leaf) for leaf in leaves_list(linkage(pdist(rows), method="average", optimal_ordering=True))]


def _turned(groups: list[list[Hashable]], lean: pd.Series) -> list[Hashable]:
    forwards, backwards = ([name for group in way for name in group] for way in (groups, groups[::-1]))
    places = np.arange(len(forwards)) - (len(forwards) - 1) / 2
    rising = round(float(places @ lean.loc[forwards].to_numpy(float)), 9)
    falling = round(float(places @ lean.loc[backwards].to_numpy(float)), 9)
    return forwards if rising >= falling else backwards
