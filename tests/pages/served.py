"""The pages of this process on an address of its own, for a browser; the database is the test's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class _Quiet(WSGIRequestHandler):
    def log_message(self, format, *arguments):  # noqa: A002 -- the name is its base's
        """Write nothing: a request is no news."""


@contextmanager
def served() -> Iterator[str]:
    """Serve until the end of the block; yields the address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = False  # so that closing waits for answers under way
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
