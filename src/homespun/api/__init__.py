"""The HTTP door: OpenAI's API under /v1, the web app's own under /api, and the web app itself."""

from homespun.api.backend import Backend
from homespun.api.door import build_door
from homespun.api.lifespan import Lifespan
from homespun.api.live import LiveAnswers
from homespun.api.metrics import Metrics
from homespun.api.server import Server, listen
from homespun.api.settings import Settings

__all__ = ["Backend", "Lifespan", "LiveAnswers", "Metrics", "Server", "Settings", "build_door", "listen"]
