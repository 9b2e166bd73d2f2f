"""Django's description of the one database connection, from its connection string."""

from psycopg.conninfo import conninfo_to_dict

from config.environment import Environment, Process

# A page or a beat must not wait for long; a worker may, a command takes what it needs.
STATEMENT_TIMEOUTS = {Process.WEB: "10s", Process.WORKER: "120s", Process.BEAT: "10s"}


def alias(environment: Environment) -> dict[str, object]:
    """Return the alias `default`, for the role and the kind of process the environment names."""
    address = {
        name: str(value) for name, value in conninfo_to_dict(environment.database_url).items()
    }
    timeout = STATEMENT_TIMEOUTS.get(environment.process, "0")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.pop("dbname", ""),
        "USER": address.pop("user", ""),
        "PASSWORD": address.pop("password", ""),
        "HOST": address.pop("host", ""),
        "PORT": address.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **address,
            "application_name": f"assay-{environment.process}",
            "options": f"-c lock_timeout=3s -c statement_timeout={timeout}"
            " -c idle_in_transaction_session_timeout=60s",
        },
    }
