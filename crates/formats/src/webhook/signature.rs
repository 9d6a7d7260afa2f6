//! Signatures of webhooks, compared in constant time. Time is given by the caller, for those that carry one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use std::borrow::Cow;

/// Why a request is not known to come from where it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    #[error("no secret is configured for this source")]
    NoSecret,
    #[error("the header {header} is missing")]
    Missing { header: &'static str },
    #[error("the header {header} is not of the form {expected}")]
    Malformed { header: &'static str, expected: &'static str },
    #[error("the signature does not belong to this body and this secret")]
    Mismatch,
    #[error("the request was signed {seconds} seconds ago")]
    TooOld { seconds: i64 },
    #[error("the request was signed {seconds} seconds ahead")]
    TooNew { seconds: i64 },
}

impl Unverified {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSecret => "no-secret",
            Self::Missing { .. } => "missing-signature",
            Self::Malformed { .. } => "malformed-signature",
            Self::Mismatch => "wrong-signature",
            Self::TooOld { .. } | Self::TooNew { .. } => "outside-tolerance",
        }
    }
}

const GITHUB: &str = "X-Hub-Signature-256";
const STRIPE: &str = "Stripe-Signature";
const HUBSPOT: &str = "X-HubSpot-Signature-v3";
const HUBSPOT_TIME: &str = "X-HubSpot-Request-Timestamp";

/// What a sender signed, checked while its bytes arrive.
pub struct Verifier {
    /// One for each way in which the sender may have written what it signs.
    signers: Vec<Hmac<Sha256>>,
    /// Signed after the body.
    tail: Vec<u8>,
    /// What the sender says that comes out; one of them has to fit.
    signatures: Vec<Vec<u8>>,
    signed_ms: Option<i64>,
}

impl Verifier {
    /// GitHub: `X-Hub-Signature-256: sha256=` and the HMAC-SHA-256 of the body in hexadecimal. It carries no time; a delivery sent
    /// again is recognised by the ids of what it holds.
    ///
    /// # Errors
    /// Why the request can't be trusted, whatever its body is.
    pub fn github(secret: &[u8], header: Option<&str>) -> Result<Self, Unverified> {
        let header = header.ok_or(Unverified::Missing { header: GITHUB })?;
        let malformed = Unverified::Malformed { header: GITHUB, expected: "sha256=HEX" };
        let signature = header.trim().strip_prefix("sha256=").and_then(from_hex).ok_or(malformed)?;
        let signers = vec![signer(secret, &[])?];
        Ok(Self { signers, tail: Vec::new(), signatures: vec![signature], signed_ms: None })
    }

    /// Stripe: `Stripe-Signature: t=SECONDS,v1=HEX`, where several `v1` stand while a secret is replaced. Signed are the time, a
    /// dot and the body. Stripe's own tolerance is 300 seconds.
    ///
    /// # Errors
    /// As [`Verifier::github`].
    pub fn stripe(secret: &[u8], header: Option<&str>) -> Result<Self, Unverified> {
        let header = header.ok_or(Unverified::Missing { header: STRIPE })?;
        let malformed = || Unverified::Malformed { header: STRIPE, expected: "t=SECONDS,v1=HEX" };
        let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
        let (_, written) = parts().find(|(name, _)| *name == "t").ok_or_else(malformed)?;
        let signed_ms =
            written.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000)).ok_or_else(malformed)?;
        let signatures: Vec<Vec<u8>> =
            parts().filter(|(name, _)| *name == "v1").filter_map(|(_, hex)| from_hex(hex)).collect();
        if signatures.is_empty() {
            return Err(malformed());
        }
        let signers = vec![signer(secret, &[written.as_bytes(), b"."])?];
        Ok(Self { signers, tail: Vec::new(), signatures, signed_ms: Some(signed_ms) })
    }

    /// `HubSpot`, version 3: the HMAC-SHA-256 of method, address, body and time in base64. `HubSpot`'s own tolerance is 300 seconds.
    /// Its documentation has some escapes of the address decoded before, its libraries have none; both are tried.
    ///
    /// # Errors
    /// As [`Verifier::github`].
    pub fn hubspot(secret: &[u8], request: &HubSpotRequest<'_>) -> Result<Self, Unverified> {
        let header = request.signature.ok_or(Unverified::Missing { header: HUBSPOT })?;
        let written = request.timestamp.ok_or(Unverified::Missing { header: HUBSPOT_TIME })?;
        let malformed = Unverified::Malformed { header: HUBSPOT_TIME, expected: "milliseconds since 1970" };
        let signed_ms = written.parse::<i64>().map_err(|_| malformed)?;
        let malformed = Unverified::Malformed { header: HUBSPOT, expected: "base64" };
        let signature = STANDARD.decode(header.trim()).map_err(|_| malformed)?;
        let of_uri = |uri: Cow<'_, str>| signer(secret, &[request.method.as_bytes(), uri.as_bytes()]);
        let signers = vec![of_uri(Cow::Borrowed(request.uri))?, of_uri(without_escapes(request.uri))?];
        let tail = written.as_bytes().to_vec();
        Ok(Self { signers, tail, signatures: vec![signature], signed_ms: Some(signed_ms) })
    }

    /// Takes the next bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        for signer in &mut self.signers {
            signer.update(bytes);
        }
    }

    /// Whether the sender signed what came.
    ///
    /// # Errors
    /// Why the request can't be trusted; the time is looked at after the signature.
    pub fn finish(mut self, now_ms: i64, tolerance_ms: i64) -> Result<(), Unverified> {
        let tail = std::mem::take(&mut self.tail);
        self.update(&tail);
        let fits = |signer: &Hmac<Sha256>| self.signatures.iter().any(|it| signer.clone().verify_slice(it).is_ok());
        if !self.signers.iter().any(fits) {
            return Err(Unverified::Mismatch);
        }
        self.signed_ms.map_or(Ok(()), |signed_ms| within(signed_ms, now_ms, tolerance_ms))
    }

    fn of_whole(mut self, body: &[u8], now_ms: i64, tolerance_ms: i64) -> Result<(), Unverified> {
        self.update(body);
        self.finish(now_ms, tolerance_ms)
    }
}

/// Checks a whole body as [`Verifier::github`] says.
///
/// # Errors
/// Why the request can't be trusted.
pub fn verify_github(secret: &[u8], header: Option<&str>, body: &[u8]) -> Result<(), Unverified> {
    Verifier::github(secret, header)?.of_whole(body, 0, 0)
}

/// Checks a whole body as [`Verifier::stripe`] says.
///
/// # Errors
/// Why the request can't be trusted.
pub fn verify_stripe(
    secret: &[u8],
    header: Option<&str>,
    body: &[u8],
    now_ms: i64,
    tolerance_ms: i64,
) -> Result<(), Unverified> {
    Verifier::stripe(secret, header)?.of_whole(body, now_ms, tolerance_ms)
}

/// What `HubSpot` signs beside the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubSpotRequest<'a> {
    /// `X-HubSpot-Signature-v3`.
    pub signature: Option<&'a str>,
    /// `X-HubSpot-Request-Timestamp`, milliseconds.
    pub timestamp: Option<&'a str>,
    /// In capitals: `POST`.
    pub method: &'a str,
    /// The whole address as the sender knows it: scheme, host, path and query.
    pub uri: &'a str,
    pub body: &'a [u8],
}

/// Checks a whole body as [`Verifier::hubspot`] says.
///
/// # Errors
/// Why the request can't be trusted.
pub fn verify_hubspot(
    secret: &[u8],
    request: &HubSpotRequest<'_>,
    now_ms: i64,
    tolerance_ms: i64,
) -> Result<(), Unverified> {
    Verifier::hubspot(secret, request)?.of_whole(request.body, now_ms, tolerance_ms)
}

fn signer(secret: &[u8], parts: &[&[u8]]) -> Result<Hmac<Sha256>, Unverified> {
    if secret.is_empty() {
        return Err(Unverified::NoSecret);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| Unverified::NoSecret)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac)
}

fn within(signed_ms: i64, now_ms: i64, tolerance_ms: i64) -> Result<(), Unverified> {
    let age_ms = now_ms.saturating_sub(signed_ms);
    if age_ms > tolerance_ms {
        Err(Unverified::TooOld { seconds: age_ms / 1000 })
    } else if age_ms < tolerance_ms.saturating_neg() {
        Err(Unverified::TooNew { seconds: age_ms.saturating_neg() / 1000 })
    } else {
        Ok(())
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    (digits.len() == 64).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// The escapes that `HubSpot` decodes in an address before it signs it.
const ESCAPES: [(&str, &str); 11] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
];

fn without_escapes(uri: &str) -> Cow<'_, str> {
    ESCAPES.iter().fold(Cow::Borrowed(uri), |uri, (escape, character)| {
        let lower = escape.to_ascii_lowercase();
        Cow::Owned(uri.replace(escape, character).replace(&lower, character))
    })
}
