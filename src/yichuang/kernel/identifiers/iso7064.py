"""ISO 7064 hybrid check characters: between the body of a code and its last character.

Answers which character closes a code, for MOD 37,36 (digits and letters) and MOD 11,10 (digits).

What the hybrid systems guarantee: for a fixed state the next states of two different characters differ,
and for a fixed character the next states of two different states differ. Hence a changed single
character always changes the check character. Swapped neighbours are caught nearly always, not always.
"""

from yichuang.kernel.identifiers.spelling import DIGITS, DIGITS_AND_LETTERS


class HybridSystem:
    """One hybrid system of ISO 7064, as a table of transitions so that a step costs one look-up."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        size = len(alphabet)
        self.start = size
        self._steps: tuple[dict[str, int], ...] = tuple(
            {character: 2 * ((state + value) % size or size) % (size + 1) for value, character in enumerate(alphabet)}
            for state in range(size + 1)
        )
        self._closing = tuple(alphabet[(size + 1 - state) % size] for state in range(size + 1))

    def advance(self, state: int, text: str) -> int:
        """Return the state after `text`; the caller has made sure that `text` is within the alphabet."""
        steps = self._steps
        for character in text:
            state = steps[state][character]
        return state

    def closing_character(self, state: int) -> str:
        """Return the check character that closes a body which ended in `state`."""
        return self._closing[state]

    def check_character(self, body: str) -> str:
        """Return the check character of `body` (ISO 7064, hybrid systems)."""
        return self._closing[self.advance(self.start, body)]


MOD_37_36 = HybridSystem(DIGITS_AND_LETTERS)
MOD_11_10 = HybridSystem(DIGITS)
