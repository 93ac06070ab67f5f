"""OpenAI's API: its JSON comes in here and stops here.

door.py         the routes; who is calling
routing.py      which endpoint a request is for
wire.py         the shapes of requests
parameters.py   what becomes of each parameter
decoding.py     from bytes to a shape, or to an error that names the field
reading.py      from a shape to what the ring takes
answering.py    sets an answer running and tells it, whole or as a stream
asking.py       which model, release or fine-tuned model it is for
dialect.py      how answers are worded; chat.py and completion.py are the two dialects
tuning/         files and fine-tuning jobs
"""

from homespun.api.openai.door import OpenAIDoor

__all__ = ["OpenAIDoor"]
