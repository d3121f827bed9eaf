"""A model hub on this machine: enough of the Hugging Face hub's HTTP to fetch a model."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class LocalHub:
    """Serves folders by their hub ids, and remembers which files were fetched."""

    def __init__(self, models: dict[str, Path], url: str) -> None:
        self.models = models
        self.url = url
        self.fetched: list[str] = []

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Answer a GET: status, body, headers."""
        path = path.partition("?")[0].strip("/")
        for name, folder in self.models.items():
            if path == f"api/models/{name}/revision/main":
                return 200, json.dumps({"id": name, "sha": COMMIT}).encode(), {}
            if path == f"api/models/{name}/tree/{COMMIT}":
                return (
                    200,
                    json.dumps([_entry(folder, file) for file in _files(folder)]).encode(),
                    {},
                )
            if path.startswith(f"{name}/resolve/{COMMIT}/"):
                file = path.removeprefix(f"{name}/resolve/{COMMIT}/")
                data = (folder / file).read_bytes()
                return 200, data, {"ETag": f'"{_oid(data)}"', "X-Repo-Commit": COMMIT}
        return 404, b"{}", {"X-Error-Code": "RepoNotFound"}


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _entry(folder: Path, file: str) -> dict[str, object]:
    data = (folder / file).read_bytes()
    return {"type": "file", "path": file, "size": len(data), "oid": _oid(data)}


def _oid(data: bytes) -> str:
    return sha1(data, usedforsecurity=False).hexdigest()


@contextmanager
def local_hub(models: dict[str, Path]) -> Iterator[LocalHub]:
    """Serve models until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _send(self, *, with_body: bool) -> None:
            status, body, headers = hub.answer(self.path)
            if with_body and "resolve" in self.path:
                hub.fetched.append(self.path.rpartition("/")[2])
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub = LocalHub(models, f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
