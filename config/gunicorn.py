"""How gunicorn serves Assay: two processes of a few threads each, loaded once before the fork."""

import os

bind = os.environ.get("ASSAY_BIND", "127.0.0.1:" + os.environ.get("PORT", "8000"))
wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4
# Loaded once and shared by both processes; a refusal to start also comes once.
preload_app = True
timeout = 30
graceful_timeout = 5
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
loglevel = "warning"
