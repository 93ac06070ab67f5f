"""The HTTP door: OpenAI's API under /v1, the web app's own under /api, and the web app itself.

door.py      which address leads where
edge.py      the outermost layer: request ids, the log, an end to every error
live.py      running answers, and those who read them
endings.py   whose access has ended, and with it what they read
merges.py    what visitors take along when they sign in
openai/      OpenAI's API, and nothing but plain ASGI in a token's way
app/         the web app's API
files.py     the web app; what is nowhere
pages.py     the addresses of its pages
status.py    /health and /metrics
metrics.py   what is counted for it, by all server processes together
server.py    uvicorn as we want it
workers.py   several server processes on one socket
"""

from homespun.api.asgi import App
from homespun.api.backend import Backend
from homespun.api.door import build_door
from homespun.api.endings import Endings
from homespun.api.installation import Installation, Setting
from homespun.api.lifespan import Lifespan
from homespun.api.live import LiveAnswers
from homespun.api.merges import Merges
from homespun.api.metrics import Metrics, shared_metrics
from homespun.api.server import Server, listen
from homespun.api.settings import Settings
from homespun.api.workers import Workers

__all__ = [
    "App",
    "Backend",
    "Endings",
    "Installation",
    "Lifespan",
    "LiveAnswers",
    "Merges",
    "Metrics",
    "Server",
    "Setting",
    "Settings",
    "Workers",
    "build_door",
    "listen",
    "shared_metrics",
]
