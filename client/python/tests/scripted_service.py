# SPDX-License-Identifier: Apache-2.0
"""A service that answers as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any, Union

import grpc

#: What ends a call: bytes that are sent, be they a message or not, or a grpc.StatusCode.
End = Union[bytes, Any]


class Script(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Ends each call as `end` says of its name and its request. Has the names of the calls so far,
    and how long each could take when it came."""

    def __init__(self, end: Callable[[str, bytes], End]) -> None:
        self.calls: list[str] = []
        self.remaining_seconds: list[float] = []
        self._end = end

    def service(self, details: Any) -> Any:
        name = details.method.rpartition("/")[2]

        def answer(request: bytes, context: Any) -> bytes:
            self.calls.append(name)
            self.remaining_seconds.append(context.time_remaining())
            end = self._end(name, request)
            if not isinstance(end, bytes):
                context.abort(end, "as the script says")
            answer: bytes = end
            return answer

        return grpc.unary_unary_rpc_method_handler(answer)


@contextmanager
def scripted(end: Callable[[str, bytes], End]) -> Iterator[tuple[str, Script]]:
    """The service's URL, and its script."""
    script = Script(end)
    server = grpc.server(futures.ThreadPoolExecutor(16), handlers=[script])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"grpc://127.0.0.1:{port}", script
    finally:
        server.stop(None).wait()
