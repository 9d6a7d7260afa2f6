//! What exporters expect as the answer, in the encoding of their request.

use super::Encoding;
use crate::Received;

/// `INVALID_ARGUMENT` of `google.rpc.Code`: the request is wrong and must not be sent again.
pub const INVALID_ARGUMENT: u8 = 3;
/// `PERMISSION_DENIED`: goes with 403.
pub const PERMISSION_DENIED: u8 = 7;
/// `RESOURCE_EXHAUSTED`: too much at once; goes with 429 and `Retry-After`.
pub const RESOURCE_EXHAUSTED: u8 = 8;
/// `UNAVAILABLE`: goes with 503 and `Retry-After`.
pub const UNAVAILABLE: u8 = 14;
/// `UNAUTHENTICATED`: goes with 401.
pub const UNAUTHENTICATED: u8 = 16;

/// The body of status 200: `ExportMetricsServiceResponse`, with `partialSuccess` where data points were rejected, and where a part of
/// a histogram can't be used, which the protocol knows as a warning: no point is rejected, and there is a message.
pub fn accepted(received: &Received, encoding: Encoding) -> Vec<u8> {
    let rejected = received.rejected();
    let warning = received.warning();
    if rejected == 0 && warning.is_empty() {
        return match encoding {
            Encoding::Protobuf => Vec::new(),
            Encoding::Json => b"{}".to_vec(),
        };
    }
    let told = [received.summary(), warning];
    let message = told.iter().filter(|told| !told.is_empty()).cloned().collect::<Vec<_>>().join("; ");
    match encoding {
        Encoding::Protobuf => {
            let mut partial = Vec::new();
            if rejected > 0 {
                partial.push(0x08);
                varint(rejected, &mut partial);
            }
            text(0x12, &message, &mut partial);
            let mut reply = vec![0x0a];
            varint(partial.len(), &mut reply);
            reply.append(&mut partial);
            reply
        }
        // Protobuf's JSON writes 64-bit numbers as text.
        Encoding::Json => serde_json::json!({
            "partialSuccess": { "rejectedDataPoints": rejected.to_string(), "errorMessage": message }
        })
        .to_string()
        .into_bytes(),
    }
}

/// The body of any status but 200: `google.rpc.Status`.
pub fn refused(code: u8, message: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Protobuf => {
            let mut reply = vec![0x08, code];
            text(0x12, message, &mut reply);
            reply
        }
        Encoding::Json => serde_json::json!({ "code": code, "message": message }).to_string().into_bytes(),
    }
}

fn text(tag: u8, text: &str, reply: &mut Vec<u8>) {
    reply.push(tag);
    varint(text.len(), reply);
    reply.extend_from_slice(text.as_bytes());
}

fn varint(mut number: usize, reply: &mut Vec<u8>) {
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            reply.push(low);
            return;
        }
        reply.push(low | 0x80);
    }
}
