# SPDX-License-Identifier: Apache-2.0
"""What makes a Redis of this machine slow, for the scenario `overload`; a process of its own.

    slow_redis.py REDIS_PORT DELAY_SECONDS

listens on a free port, which it prints. What comes there goes on to Redis at once, and what Redis
says goes back so much later. It takes any number of calls meanwhile: what bounds their rate is how
many a client has in flight."""

from __future__ import annotations

import asyncio
import sys
from asyncio import StreamReader, StreamWriter

_READ_BYTES = 1 << 16


async def _pass(reader: StreamReader, writer: StreamWriter, delay_seconds: float) -> None:
    """All that comes, in its order, until the one or the other side hangs up."""
    clock = asyncio.get_running_loop()
    late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def send() -> None:
        while True:
            due, content = await late.get()
            await asyncio.sleep(due - clock.time())
            writer.write(content)
            await writer.drain()

    sender = asyncio.create_task(send())
    try:
        while content := await reader.read(_READ_BYTES):
            late.put_nowait((clock.time() + delay_seconds, content))
    except ConnectionError:
        pass
    finally:
        sender.cancel()
        writer.close()


async def main(redis_port: int, delay_seconds: float) -> None:
    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_connection("127.0.0.1", redis_port)
        await asyncio.gather(_pass(reader, to_redis, 0), _pass(from_redis, writer, delay_seconds))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(f"listening on port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
