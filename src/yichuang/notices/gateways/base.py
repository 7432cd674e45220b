"""The contract of a gateway."""

from abc import ABC, abstractmethod


class NotSent(Exception):
    """The message certainly did not go out: it may be tried again."""


class Gateway(ABC):
    """Carries text messages."""

    def __init__(self, url: str) -> None:
        self.url = url

    @abstractmethod
    def send(self, *, phone: str, text: str, key: str) -> None:
        """Hand one message over; `key` is the same for every attempt at the same message.

        Raises NotSent when it certainly did not go out. Any other exception leaves open whether it did.
        """
