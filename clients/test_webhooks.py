"""Webhooks signed with the senders' own libraries."""

import base64
import hashlib
import hmac
import json
import time

import pytest
import stripe

from recorder import Recorder
from running import ROOT, Server

EXAMPLES = ROOT / "clients/node_modules/@octokit/webhooks-examples/api.github.com/index.json"
STRIPE = ROOT / "crates/formats/tests/data/stripe"
SECRETS = {
    "INFERNO_KPI_GITHUB_SECRET": "hush", "INFERNO_KPI_STRIPE_SECRET": "whsec_test", "INFERNO_KPI_HUBSPOT_SECRET": "hub"
}


@pytest.fixture
def server():
    with Server(**SECRETS) as running:
        yield running


def wanted_of_github():
    """How many samples of each kind the examples hold, counted here by GitHub's documentation."""
    ids = {"ci.run": set(), "deployment": set(), "commit": set(), "contribution": set(), "release": set()}
    for group in json.loads(EXAMPLES.read_text()):
        for event in group["examples"]:
            match group["name"], event.get("action"):
                case "workflow_run", "completed" if event["workflow_run"]["conclusion"]:
                    ids["ci.run"].add((event["workflow_run"]["id"], event["workflow_run"]["run_attempt"]))
                case "deployment_status", _ if event["deployment_status"]["state"] in ("success", "failure", "error"):
                    ids["deployment"].add(event["deployment_status"]["id"])
                case "push", _ if event["ref"].startswith("refs/heads/"):
                    ids["commit"].update(commit["id"] for commit in event["commits"] if commit["distinct"])
                case "pull_request", "closed" if event["pull_request"]["merged"]:
                    ids["contribution"].add(event["pull_request"]["id"])
                case "release", "published":
                    ids["release"].add(event["release"]["id"])
    return {name: len(found) for name, found in ids.items() if found}


def test_every_example_of_github_is_taken_and_counted(server, recorder, stands_still, node):
    answers = node("github.mjs", f"{recorder.url}/webhooks/github", "hush")
    assert len(answers) > 100
    refused = [answer for answer in answers if answer["status"] != 200]
    assert refused == []
    wanted = wanted_of_github()
    held = server.counts()
    assert {name: held.get(name, 0) for name in wanted} == wanted
    # Every delivery once more, with the same delivery id and signature.
    stands_still()


def test_github_is_refused_with_a_wrong_or_missing_signature_or_a_changed_body(server, node):
    with Recorder(server) as recorder:
        node("github.mjs", f"{recorder.url}/webhooks/github", "other", "20")
        assert recorder.statuses() == {401}
        first = recorder.exchanges[0]
    assert server.counts() == {}
    signature = "sha256=" + hmac.new(b"hush", first.body, hashlib.sha256).hexdigest()
    headers = {**first.headers, "x-hub-signature-256": signature}
    assert server.send("POST", "/webhooks/github", first.body + b" ", headers)[0] == 401
    del headers["x-hub-signature-256"]
    assert server.send("POST", "/webhooks/github", first.body, headers)[0] == 401
    headers["x-hub-signature-256"] = signature
    assert server.send("POST", "/webhooks/github", first.body, headers)[0] == 200


def stripe_event(name, seconds):
    event = json.loads((STRIPE / name).read_text())
    event["created"] = seconds
    return json.dumps(event, indent=2)


def test_stripe_is_taken_once_and_never_with_an_old_or_wrong_signature(server, node):
    now = int(time.time())
    payload = stripe_event("invoice-paid.json", now)

    def post(secret, seconds, body=payload):
        header = node("stripe.mjs", secret, str(seconds), stdin=payload.encode())
        return server.post("/webhooks/stripe", body, content_type="application/json", stripe_signature=header), header

    assert post("whsec_other", now)[0][0] == 401
    assert post("whsec_test", now - 301)[0][0] == 401
    assert post("whsec_test", now + 400)[0][0] == 401
    assert post("whsec_test", now, payload.replace("14700", "14701"))[0][0] == 401
    assert server.counts() == {}
    (status, _, _), header = post("whsec_test", now)
    assert status == 200
    # Stripe's own library takes the same signature.
    assert stripe.Webhook.construct_event(payload, header, "whsec_test")["type"] == "invoice.paid"
    held = server.series()
    assert (held["revenue"]["count"], held["revenue"]["latest_value"]) == (1, 147)
    assert server.labels("revenue")["customer"] == ["cus_1"]
    # Stripe tries again with a signature of a later second.
    assert post("whsec_test", now + 1)[0][0] == 200
    assert server.series() == held


def hubspot(server, body, milliseconds, secret="hub", uri="/webhooks/hubspot"):
    """A request with the signature that HubSpot documents: HMAC-SHA256 of method, address, body and time, in base64."""
    signed = f"POST{server.url}{uri}{body}{milliseconds}".encode()
    signature = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    return server.post("/webhooks/hubspot", body, content_type="application/json", x_hubspot_signature_v3=signature,
                       x_hubspot_request_timestamp=str(milliseconds))


def test_hubspot_is_taken_once_and_never_with_an_old_or_wrong_signature(server):
    now = int(time.time() * 1000)
    body = json.dumps([
        {"eventId": 1, "subscriptionType": "deal.creation", "objectId": 5, "occurredAt": now},
        {"eventId": 2, "subscriptionType": "deal.propertyChange", "propertyName": "amount", "propertyValue": "1250.5",
         "objectId": 5, "occurredAt": now},
        {"eventId": 3, "subscriptionType": "ticket.creation", "objectId": 9, "occurredAt": now},
    ])
    assert hubspot(server, body, now, secret="other")[0] == 401
    assert hubspot(server, body, now - 301_000)[0] == 401
    assert hubspot(server, body, now, uri="/webhooks/other")[0] == 401
    assert server.counts() == {}
    assert hubspot(server, body, now)[0] == 200
    held = server.series()
    assert {name: row["count"] for name, row in held.items()} == {"deal": 1, "deal.amount": 1, "support.ticket": 1}
    assert held["deal.amount"]["latest_value"] == 1250.5
    assert hubspot(server, body, now + 1)[0] == 200
    assert server.series() == held
