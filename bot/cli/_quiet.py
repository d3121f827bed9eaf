"""Settings of commands whose answer is what they print."""

from bot.logs import configure_logs
from bot.settings import Settings


def quiet_settings() -> Settings:
    """Read the settings and set up logs; warnings only, unless a level was asked for.

    The worker that a command starts takes its level from these settings, so it is as quiet.
    """
    settings = Settings()
    if "log_level" not in settings.model_fields_set:
        settings = settings.model_copy(update={"log_level": "WARNING"})
    configure_logs(settings.log_level)
    return settings
