//! Signatures of webhooks, against values that the services' own libraries made.

use formats::webhook::{HubSpotRequest, Unverified, verify_github, verify_hubspot, verify_stripe};

const NOW_MS: i64 = 1_767_225_600_000;
const TOLERANCE_MS: i64 = 300_000;

/// From GitHub's documentation, and from `@octokit/webhooks-methods`.
const GITHUB: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

#[test]
fn githubs_signature_is_that_of_the_raw_bytes() {
    let secret = b"It's a Secret to Everybody";
    assert_eq!(verify_github(secret, Some(GITHUB), b"Hello, World!"), Ok(()));
    assert_eq!(verify_github(secret, Some(&GITHUB.to_uppercase().replace("SHA", "sha")), b"Hello, World!"), Ok(()));
    assert_eq!(verify_github(secret, Some(GITHUB), b"Hello, World! "), Err(Unverified::Mismatch));
    assert_eq!(verify_github(b"another", Some(GITHUB), b"Hello, World!"), Err(Unverified::Mismatch));
    assert_eq!(verify_github(b"", Some(GITHUB), b"Hello, World!"), Err(Unverified::NoSecret));
    assert_eq!(verify_github(secret, None, b"").map_err(|error| error.code()), Err("missing-signature"));
    for header in ["", "sha256=", "sha1=00", "sha256=zz", &GITHUB[..70], "sha256=é", &format!("{GITHUB}00")] {
        assert_eq!(verify_github(secret, Some(header), b"").map_err(|error| error.code()), Err("malformed-signature"));
    }
}

/// Made by `stripe.webhooks.generateTestHeaderString` (npm) and `WebhookSignature` (`PyPI`), which agree.
const STRIPE: &str = "t=1767225600,v1=3dcef7a24a61799a4e5be5e1fec6d685b555ecca70c48dc4f98a5fd693c06551";
const STRIPE_BODY: &str = "{\n  \"id\": \"evt_1\",\n  \"object\": \"event\",\n  \"note\": \"café\"\n}";

#[test]
fn stripes_signature_is_of_its_time_and_the_raw_bytes() {
    let verify = |header: &str, now_ms| {
        verify_stripe(b"whsec_test_secret", Some(header), STRIPE_BODY.as_bytes(), now_ms, TOLERANCE_MS)
    };
    assert_eq!(verify(STRIPE, NOW_MS), Ok(()));
    assert_eq!(verify(STRIPE, NOW_MS + TOLERANCE_MS), Ok(()));
    assert_eq!(verify(STRIPE, NOW_MS + TOLERANCE_MS + 1), Err(Unverified::TooOld { seconds: 300 }));
    assert_eq!(verify(STRIPE, NOW_MS - TOLERANCE_MS - 1000), Err(Unverified::TooNew { seconds: 301 }));
    // Another time would need another signature.
    assert_eq!(verify(&STRIPE.replace("1767225600", "1767225601"), NOW_MS), Err(Unverified::Mismatch));
    // While a secret is replaced there are two signatures; other schemes are no concern of ours.
    let both = STRIPE.replace(",v1", &format!(",v0=aa,v1={},v1", "00".repeat(32)));
    assert_eq!(verify(&both, NOW_MS), Ok(()));
    for header in
        ["", "t=1767225600", "v1=00", "t=soon,v1=00", &STRIPE.replace("v1", "v0"), "t=9223372036854775807,v1=00"]
    {
        assert_eq!(verify(header, NOW_MS).map_err(|error| error.code()), Err("malformed-signature"), "{header}");
    }
    assert!(verify_stripe(b"", Some(STRIPE), b"", NOW_MS, TOLERANCE_MS).is_err());
}

/// Made by `hubspot.utils.signature.Signature` (`PyPI`).
const HUBSPOT: &str = "b69YAt/kIvaBrw6sZtKFGE0gBBah5MRtwRRSTvfeTAk=";

#[test]
fn hubspots_signature_is_of_method_address_body_and_time() {
    let good = HubSpotRequest {
        signature: Some(HUBSPOT),
        timestamp: Some("1767225600000"),
        method: "POST",
        uri: "https://example.org/hooks/hubspot?tenant=a%20b",
        body: br#"[{"eventId":1,"subscriptionType":"deal.creation"}]"#,
    };
    let verify = |request: &HubSpotRequest<'_>, now_ms| verify_hubspot(b"client-secret", request, now_ms, TOLERANCE_MS);
    assert_eq!(verify(&good, NOW_MS), Ok(()));
    assert_eq!(verify(&good, NOW_MS + 301_000), Err(Unverified::TooOld { seconds: 301 }));
    for other in [
        HubSpotRequest { method: "PUT", ..good },
        HubSpotRequest { uri: "https://example.org/hooks/hubspot", ..good },
        HubSpotRequest { body: b"[]", ..good },
        HubSpotRequest { timestamp: Some("1767225600001"), ..good },
    ] {
        assert_eq!(verify(&other, NOW_MS), Err(Unverified::Mismatch), "{other:?}");
    }
    // The address was signed with its escapes decoded.
    let escaped = HubSpotRequest { uri: "https%3A%2f%2Fexample.org/hooks/hubspot%3Ftenant=a%20b", ..good };
    assert_eq!(verify(&escaped, NOW_MS), Ok(()));
    for wrong in [HubSpotRequest { signature: None, ..good }, HubSpotRequest { timestamp: None, ..good }] {
        assert_eq!(verify(&wrong, NOW_MS).map_err(|error| error.code()), Err("missing-signature"));
    }
    for wrong in [HubSpotRequest { signature: Some("!"), ..good }, HubSpotRequest { timestamp: Some("now"), ..good }] {
        assert_eq!(verify(&wrong, NOW_MS).map_err(|error| error.code()), Err("malformed-signature"));
    }
}
