"""The web application as gunicorn loads it; refuses to serve on a database it cannot trust."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from config import guard
from config.errors import EXIT_CODE, StartRefused

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ASSAY_PROCESS", "web")

application = get_wsgi_application()

try:
    guard.check_settings()
except StartRefused as refusal:
    sys.stderr.write(f"assay: {refusal}\n")
    sys.exit(EXIT_CODE)
