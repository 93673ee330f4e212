"""Units that people have fixed: of each pair, and what that takes of its need and of all that it is given from."""

from collections import defaultdict

from matcher.live.memory import Memory


class Pins:
    """
    Units fixed, counted three ways.

    Parameters
    ----------
    memory
        Knows the ends of each pair.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._of_pair: dict[int, int] = {}
        self.of_need: dict[int, int] = defaultdict(int)
        """By need."""
        self.of_supply: dict[int, int] = defaultdict(int)
        """By resource and by each limit above it, as memory numbers them."""

    def all(self) -> dict[int, int]:
        """Units of each pair that has any, by its number."""
        return dict(self._of_pair)

    def units(self, pair: int) -> int:
        """Units of a pair."""
        return self._of_pair.get(pair, 0)

    def add(self, pair: int, units: int) -> None:
        """So many more of a pair, or fewer."""
        n, u = self._memory.ends(pair)
        self._of_pair[pair] = self.units(pair) + units
        if not self._of_pair[pair]:
            del self._of_pair[pair]
        self.of_need[n] += units
        for w in self._memory.chain(u):
            self.of_supply[w] += units
