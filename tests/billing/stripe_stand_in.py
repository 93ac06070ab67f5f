"""A server process that answers as Stripe's API does, as far as billing asks it, and signs webhooks as Stripe does.

    python stripe_stand_in.py SECRET

It prints its port. `POST /told/<type>` with a thing (a session or a refund) answers with the event's body, and its
signature in the header `stripe-signature`, as Stripe would send them. Its input ends when its parent does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl

SECRET = sys.argv[1] if __name__ == "__main__" else ""


def signature(secret: str, body: bytes, moment: int) -> str:
    """As https://docs.stripe.com/webhooks describes it."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class StandIn(BaseHTTPRequestHandler):
    """One request."""

    made: ClassVar[dict[str, dict[str, Any]]] = {}
    """By idempotency key."""
    count = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/told/"):
            self._tell(self.path.removeprefix("/told/"), json.loads(body))
        elif self.headers["authorization"] != "Bearer sk_test_right":
            self._answer(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}})
        else:
            self._make(dict(parse_qsl(body.decode())))

    def _make(self, given: dict[str, str]) -> None:
        key = self.headers["idempotency-key"]
        if key in self.made:
            self._answer(200, self.made[key])
            return
        StandIn.count += 1
        if self.path == "/v1/checkout/sessions":
            thing: dict[str, Any] = {
                "id": f"cs_test_{self.count}",
                "object": "checkout.session",
                "url": f"https://checkout.stripe.com/c/pay/cs_test_{self.count}",
                "client_reference_id": given["client_reference_id"],
                "amount_total": int(given["line_items[0][price_data][unit_amount]"]),
                "currency": given["line_items[0][price_data][currency]"],
                "payment_intent": f"pi_{self.count}",
                "payment_status": "unpaid",
            }
        elif given["payment_intent"] == "pi_refuses":
            self._answer(400, {"error": {"type": "invalid_request_error", "message": "Charge has been refunded."}})
            return
        else:
            thing = {
                "id": f"re_{self.count}",
                "object": "refund",
                "amount": int(given["amount"]),
                "currency": "usd",
                "payment_intent": given["payment_intent"],
                "status": "succeeded",
                "metadata": {"refund_id": given["metadata[refund_id]"]},
            }
        self.made[key] = thing
        self._answer(200, thing)

    def _tell(self, kind: str, thing: dict[str, Any]) -> None:
        StandIn.count += 1
        event = {
            "id": f"evt_{self.count}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": thing},
        }
        body = json.dumps(event).encode()
        self._answer(200, event, {"stripe-signature": signature(SECRET, body, int(time.time()))})

    def _answer(self, status: int, thing: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        body = json.dumps(thing).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "content-length": str(len(body)), "request-id": "req_1"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
