"""Functions that each database says in words of its own."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class folded(FunctionElement[str]):  # read like the functions of ``func``
    """A text without the case of its letters, to compare addresses."""

    name, type, inherit_cache = "folded", String(), True


class random_hex(FunctionElement[str]):  # read like the functions of ``func``
    """32 random hexadecimal digits, others in each row."""

    name, type, inherit_cache = "random_hex", String(32), True


@compiles(folded, "sqlite")
def _folded_sqlite(element: folded, compiler: SQLCompiler, **words: Any) -> str:
    # SQLite's own ``lower`` knows ASCII only; ``models/sqlite.py`` lends it Python's.
    return f"casefold({compiler.process(element.clauses, **words)})"


@compiles(folded, "postgresql")
def _folded_postgresql(element: folded, compiler: SQLCompiler, **words: Any) -> str:
    return f"lower({compiler.process(element.clauses, **words)})"


@compiles(random_hex, "sqlite")
def _random_sqlite(_element: random_hex, _compiler: SQLCompiler, **_words: Any) -> str:
    return "lower(hex(randomblob(16)))"


@compiles(random_hex, "postgresql")
def _random_postgresql(_element: random_hex, _compiler: SQLCompiler, **_words: Any) -> str:
    return "replace(gen_random_uuid()::text, '-', '')"
