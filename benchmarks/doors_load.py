"""Asks an address again and again over some kept connections; prints what it took as JSON.

``{n}`` in the address is a number that goes up to 1,000 and begins anew.

A process of its own: ``python -m benchmarks.doors_load URL CONNECTIONS SECONDS [HEADER ...]``.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter
from urllib.parse import urlsplit

import uvloop

WARM_UP = 1.0


async def load(url: str, connections: int, seconds: float, headers: list[str]) -> dict[str, float]:
    """Requests a second, and the middle and the 99th of a hundred in milliseconds."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    requests = cycle(
        "\r\n".join(
            [f"GET {path.format(n=n)} HTTP/1.1", f"Host: {parts.netloc}", *headers, "", ""]
        ).encode()
        for n in range(1, 1001)
    )
    begin = perf_counter() + WARM_UP
    end = begin + seconds
    each = await asyncio.gather(
        *(_ask(parts.hostname or "", parts.port or 80, requests, begin, end)
          for _ in range(connections))
    )  # fmt: skip
    took = sorted(one for times in each for one in times)
    if not took:
        raise SystemExit(f"{url} answered nothing in {seconds:.0f} s")
    return {
        "requests": len(took),
        "per_second": len(took) / seconds,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(len(took) * 0.99)],
    }


async def _ask(
    host: str, port: int, requests: Iterator[bytes], begin: float, end: float
) -> list[float]:
    reader, writer = await asyncio.open_connection(host, port)
    took = []
    while (start := perf_counter()) < end:
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        status = head.split(b" ", 2)[1]
        if status != b"200":
            raise SystemExit(f"answered {status.decode()}: {head.decode()}")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )  # fmt: skip
        await reader.readexactly(length)
        if start >= begin:
            took.append(perf_counter() - start)
    writer.close()
    return took


if __name__ == "__main__":
    address, many, lasting, *given = sys.argv[1:]
    found = uvloop.run(load(address, int(many), float(lasting), given))
    sys.stdout.write(json.dumps(found))
