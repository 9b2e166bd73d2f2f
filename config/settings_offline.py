"""Settings of commands that prove a document: whoever runs them has no server, and needs none."""

import os
import secrets

os.environ.setdefault("DATABASE_URL", "postgresql://assay_app@/absent?host=/nonexistent")
os.environ.setdefault("REDIS_URL", "memory://")
os.environ.setdefault("SECRET_KEY", secrets.token_hex())

from config.settings import *  # noqa: F403 - the defaults above must stand first
