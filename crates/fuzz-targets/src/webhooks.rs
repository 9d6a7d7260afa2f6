//! Webhooks of GitHub, Stripe and HubSpot: their events, and the headers with which they are signed.

use formats::webhook::stripe::Mode;
use formats::webhook::{HubSpotRequest, Unverified, github, hubspot, stripe};
use formats::webhook::{verify_github, verify_hubspot, verify_stripe};

use crate::check;
use crate::pick::{first_line, limits, picked};

const EVENTS: [&str; 10] = [
    "workflow_run",
    "deployment_status",
    "push",
    "pull_request",
    "release",
    "issues",
    "dependabot_alert",
    "code_scanning_alert",
    "secret_scanning_alert",
    "ping",
];
/// With these the services' own libraries signed the seeds.
const GITHUB_SECRET: &[u8] = b"It's a Secret to Everybody";
const STRIPE_SECRET: &[u8] = b"whsec_test_secret";
const HUBSPOT_SECRET: &[u8] = b"client-secret";
const NOW_MS: i64 = 1_767_225_600_000;
const TOLERANCE_MS: i64 = 300_000;

/// Bits 0 to 3 pick an event of GitHub, another sender, or the first line as a header that signs the rest.
pub fn webhooks(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    match pick & 15 {
        10 => drop(check::received(stripe::read(bytes, Mode::Live, &limits), &limits)),
        11 => drop(check::received(stripe::read(bytes, Mode::Test, &limits), &limits)),
        12 => drop(check::received(hubspot::read(bytes, &limits), &limits)),
        13 => signed(bytes, |header, body| verify_github(GITHUB_SECRET, Some(header), body)),
        14 => signed(bytes, |header, body| verify_stripe(STRIPE_SECRET, Some(header), body, NOW_MS, TOLERANCE_MS)),
        15 => signed(bytes, by_hubspot),
        event => {
            let event = EVENTS.get(usize::from(event)).copied().unwrap_or_default();
            check::received(github::read(event, bytes, &limits), &limits);
        }
    }
}

fn signed(bytes: &[u8], verify: impl Fn(&str, &[u8]) -> Result<(), Unverified>) {
    let Some((header, body)) = first_line(bytes) else { return };
    if let Err(unverified) = verify(header, body) {
        assert!(!unverified.code().is_empty() && unverified.to_string().len() < 200, "{unverified}");
    } else {
        let changed = [body, b" "].concat();
        assert_eq!(verify(header, &changed), Err(Unverified::Mismatch), "a changed body is still signed");
    }
}

/// The header holds signature, time and address, with spaces between them.
fn by_hubspot(header: &str, body: &[u8]) -> Result<(), Unverified> {
    let mut parts = header.splitn(3, ' ');
    let (signature, timestamp) = (parts.next(), parts.next());
    let uri = parts.next().unwrap_or_default();
    let request = HubSpotRequest { signature, timestamp, method: "POST", uri, body };
    verify_hubspot(HUBSPOT_SECRET, &request, NOW_MS, TOLERANCE_MS)
}
