"""What tests and static tools change in the settings; tools that need no server get no address."""

import os

os.environ.setdefault("ASSAY_PURPOSE", "test")
os.environ.setdefault("DATABASE_URL", "postgresql://assay_app@/test_absent?host=/nonexistent")
os.environ.setdefault("REDIS_URL", "memory://")
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-static-tools")

from config.settings import *  # noqa: F403 - the defaults above must stand first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
