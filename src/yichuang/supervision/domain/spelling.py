"""Spelling: which words a condition may be written with, before anybody asks what they mean together.

It stands before the parser, which would read far more than a condition: what cannot be a condition is refused by its
place, and a text cannot hide anything behind a comment, a quote or a character that does not show.
"""

from collections.abc import Collection
from typing import NoReturn, Protocol

import sqlglot
from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect, binary_from_function
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from yichuang.kernel.words import N_

__all__ = ["DEEPEST", "TOO_DEEP", "Language", "Refuse", "Token", "nearest", "read_words"]

LONGEST = 4000
MOST_WORDS = 800
DEEPEST = 40
TOO_DEEP = N_("括号或运算嵌套过深")

_T = TokenType
_WORDS = {
    *(_T.VAR, _T.NUMBER, _T.STRING, _T.L_PAREN, _T.R_PAREN, _T.COMMA, _T.COLON),
    *(_T.EQ, _T.NEQ, _T.LT, _T.LTE, _T.GT, _T.GTE, _T.PLUS, _T.DASH, _T.STAR, _T.MOD),
    *(_T.AND, _T.OR, _T.NOT, _T.IS, _T.NULL, _T.TRUE, _T.FALSE, _T.IN, _T.BETWEEN),
    *(_T.CASE, _T.WHEN, _T.THEN, _T.ELSE, _T.END),
}
_FUNCTIONS = {"COALESCE", "ABS", "LEAST", "GREATEST", "MOD", "DIV"}


class Language(Dialect):
    """The language of conditions: SQL's, with DIV(a, b) as a function."""

    class Tokenizer(tokens.Tokenizer):
        """Words."""

        KEYWORDS = {word: kind for word, kind in tokens.Tokenizer.KEYWORDS.items() if word != "DIV"}

    class Parser(parser.Parser):
        """Grammar."""

        FUNCTIONS = {**parser.Parser.FUNCTIONS, "DIV": binary_from_function(exp.IntDiv)}


class Refuse(Protocol):
    """Raises the refusal of one place in the text."""

    def __call__(self, reason: str, offset: int, **parts: object) -> NoReturn:
        """Refuse what stands at an offset."""


def read_words(text: str, columns: Collection[str], refuse: Refuse) -> tuple[list[Token], dict[str, int]]:
    """Return the words of a condition, and where each `:parameter` stands first; refuses any other word."""
    if len(text) > LONGEST:
        refuse(N_("超过{longest}个字符"), LONGEST, longest=LONGEST)
    _look_for_hidden(text, refuse)
    try:
        tokens = sqlglot.tokenize(text, dialect=Language)
    except SqlglotError:
        refuse(N_("引号没有配对"), max(text.rfind("'"), 0))
    if not tokens:
        refuse(N_("没有写条件"), 0)
    if len(tokens) > MOST_WORDS:
        refuse(N_("超过{most}个词"), tokens[MOST_WORDS].start, most=MOST_WORDS)
    depth = 0
    asked_at: dict[str, int] = {}
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        depth += (token.token_type is _T.L_PAREN) - (token.token_type is _T.R_PAREN)
        if depth > DEEPEST:
            refuse(TOO_DEEP, token.start)
        if token.token_type is _T.COLON:
            if following is None or not following.text.isidentifier() or following.start != token.end + 1:
                refuse(N_("冒号后须紧接参数名"), token.start)
            asked_at.setdefault(following.text, token.start)
        else:
            _check(token, following, columns, refuse)
    return tokens, asked_at


def _look_for_hidden(text: str, refuse: Refuse) -> None:
    inside = False
    for offset, letter in enumerate(text):
        if not letter.isprintable() and letter != "\n":
            refuse(N_("有不可见字符"), offset)
        inside ^= letter == "'"
        if not inside and (text.startswith(("--", "/*", "*/"), offset) or letter == "#"):
            refuse(N_("条件中不能写注释"), offset)


def _check(token: Token, following: Token | None, columns: Collection[str], refuse: Refuse) -> None:
    called = following is not None and following.token_type is _T.L_PAREN and token.text.isidentifier()
    if token.token_type is _T.STRING:
        if any(letter in token.text for letter in "'\\\"\n"):
            refuse(N_("文字中不能有引号、反斜线或换行"), token.start)
    elif token.token_type is _T.NUMBER:
        if not (token.text.isascii() and token.text.isdecimal()):
            refuse(N_("只能用整数"), token.start)
    elif called and token.token_type is _T.VAR and token.text.upper() not in _FUNCTIONS:
        refuse(
            N_("不能用函数{name}；可用的只有 COALESCE、ABS、LEAST、GREATEST、MOD、DIV"), token.start, name=token.text
        )
    elif token.token_type not in _WORDS and token.text not in columns:
        # A column may bear a name that is a word of SQL elsewhere; then the tokenizer names it so.
        refuse(N_("不能写“{word}”"), token.start, word=token.text)


def nearest(word: str, known: Collection[str]) -> str:
    """Return up to three known words that are spelt much like a word, for a message."""
    from rapidfuzz import process  # only for a message

    return ", ".join(found for found, _, _ in process.extract(word, list(known), limit=3, score_cutoff=60))
