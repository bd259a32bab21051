"""The app under test: what is asked of it, how `carom.toml` describes it, how it is started and
called.
"""

from harness.app.adapter import ConfiguredApp
from harness.app.config import Config, ConfigError, Profile, load_config
from harness.app.protocol import AppRefused, AppUnavailable, Entitlement, Reply

__all__ = [
    "AppRefused",
    "AppUnavailable",
    "Config",
    "ConfigError",
    "ConfiguredApp",
    "Entitlement",
    "Profile",
    "Reply",
    "load_config",
]
