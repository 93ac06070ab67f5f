"""A server process that answers as Stripe's API does, as far as billing asks it, and signs webhooks as Stripe does.

    python stripe_stand_in.py SECRET [WEBHOOK]

It prints its port. `POST /told/<type>` with a thing (a session or a refund) answers with the event's body, and its
signature in the header `stripe-signature`, as Stripe would send them. Its input ends when its parent does.

With the address of a webhook it has pages to pay on, too: whoever presses the button there has paid, of which it tells
the webhook before it sends the browser back.
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
from urllib.request import Request, urlopen

SECRET = sys.argv[1] if __name__ == "__main__" else ""
WEBHOOK = sys.argv[2] if __name__ == "__main__" and len(sys.argv) > 2 else ""
PAGE = """<!doctype html><html lang="en"><title>Pay</title><h1>Pay {amount}</h1>
<form method="post"><button>Pay</button></form></html>"""


def signature(secret: str, body: bytes, moment: int) -> str:
    """As https://docs.stripe.com/webhooks describes it."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class StandIn(BaseHTTPRequestHandler):
    """One request."""

    made: ClassVar[dict[str, dict[str, Any]]] = {}
    """By idempotency key."""
    pages: ClassVar[dict[str, tuple[dict[str, Any], str]]] = {}
    """Sessions, and where they lead back to, by the paths of the pages to pay on."""
    count = 0

    def do_GET(self) -> None:
        if self.path not in self.pages:
            self._answer(404, {})
            return
        session, _ = self.pages[self.path]
        self._send(200, PAGE.format(amount=session["amount_total"]).encode(), {"content-type": "text/html"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path in self.pages:
            self._pay(*self.pages[self.path])
        elif self.path.startswith("/told/"):
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
                "url": f"{self._site}/c/pay/cs_test_{self.count}",
                "client_reference_id": given["client_reference_id"],
                "amount_total": int(given["line_items[0][price_data][unit_amount]"]),
                "currency": given["line_items[0][price_data][currency]"],
                "payment_intent": f"pi_{self.count}",
                "payment_status": "unpaid",
            }
            self.pages[f"/c/pay/{thing['id']}"] = thing, given["success_url"]
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

    @property
    def _site(self) -> str:
        """Where its pages are; without a webhook nobody goes there."""
        return f"http://{self.headers['host']}" if WEBHOOK else "https://checkout.stripe.com"

    def _pay(self, session: dict[str, Any], return_url: str) -> None:
        body, headers = self._event("checkout.session.completed", {**session, "payment_status": "paid"})
        urlopen(Request(WEBHOOK, body, {**headers, "content-type": "application/json"})).close()
        self._send(303, b"", {"location": return_url})

    def _tell(self, kind: str, thing: dict[str, Any]) -> None:
        self._send(200, *self._event(kind, thing))

    def _event(self, kind: str, thing: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Its body, and the header that signs it."""
        StandIn.count += 1
        event = {
            "id": f"evt_{self.count}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": thing},
        }
        body = json.dumps(event).encode()
        return body, {"stripe-signature": signature(SECRET, body, int(time.time()))}

    def _answer(self, status: int, thing: dict[str, Any]) -> None:
        self._send(status, json.dumps(thing).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body)), "request-id": "req_1"}.items():
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
