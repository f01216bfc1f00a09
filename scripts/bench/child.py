"""One side of a measure, in a process of its own: runs a function and prints what it returns as the last line.

python -m bench.child FUNCTION ARGUMENT ...
"""

from __future__ import annotations

import json
import sys

from bench import notebooks, peers, sides
from bench.rounds import MARK

FUNCTIONS = {
    function.__name__: function
    for function in (
        *(sides.news, sides.reading, sides.triage, sides.ours, notebooks.notebooks),
        *(peers.spacy_news, peers.spacy_on_topic, peers.textacy, peers.gdelt, peers.dateparser, peers.heideltime),
    )
}


def main(arguments: list[str]) -> None:
    """Run one of the functions by its name."""
    name, *given = arguments
    result = FUNCTIONS[name](*given)
    print(MARK + json.dumps(result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
