//! Keys of the server's own: made at random where there is none, kept in the store, and shown to nobody. What is named with
//! one can be told apart and recognised after a restart, and nobody without the key can try what it stands for.

use hmac::{Hmac, KeyInit as _, Mac as _};
use journal::digest::hex;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use storage::stored_state::{SERVER_KEY, UnreadableState};
use storage::{Document, Store, StoreError};

/// 256 random bits.
pub type Random = [u8; 32];

/// A key. It is not printed with `{:?}`.
#[derive(Clone)]
pub struct ServerKey {
    bytes: Random,
    made_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    hex: String,
    made_ms: i64,
}

impl ServerKey {
    /// The key of these bits.
    pub fn new(bytes: Random, made_ms: i64) -> Self {
        Self { bytes, made_ms }
    }

    /// The key of that name, unless it is older than `most_age_ms`; else the one of the `fresh` bits, which is kept instead.
    ///
    /// # Errors
    /// [`StoreError`] where the store, or the key in it, can't be read, or a new one is not kept.
    pub async fn load(
        store: &dyn Store,
        name: &str,
        most_age_ms: Option<i64>,
        fresh: Random,
        now_ms: i64,
    ) -> Result<Self, StoreError> {
        // By how far it lies away: after the clock went back a key may seem to be of the future.
        let is_fresh =
            |key: &Self| most_age_ms.is_none_or(|most_ms| now_ms.abs_diff(key.made_ms) <= most_ms.unsigned_abs());
        let made = Self::new(fresh, now_ms);
        let document = SERVER_KEY.document(name, &Kept { hex: hex(&made.bytes), made_ms: now_ms }, now_ms)?;
        loop {
            let stored = store.stored_document(&document.name).await?;
            let version = stored.as_ref().map_or(0, |stored| stored.version);
            let known = stored.map(|stored| Self::read(&stored.document)).transpose()?;
            if let Some(key) = known.filter(is_fresh) {
                return Ok(key);
            }
            // Where somebody else was faster, theirs is the key.
            if store.put_document_if(&document, version).await?.is_some() {
                return Ok(made);
            }
        }
    }

    /// The key in a document.
    ///
    /// # Errors
    /// [`UnreadableState`].
    pub fn read(document: &Document) -> Result<Self, UnreadableState> {
        let kept: Kept = SERVER_KEY.read(document)?;
        let digits: Option<Vec<u32>> = kept.hex.chars().map(|digit| digit.to_digit(16)).collect();
        let bytes: Vec<u8> = digits
            .unwrap_or_default()
            .chunks(2)
            .filter_map(|pair| u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).ok())
            .collect();
        let bytes = bytes.try_into().map_err(|_| SERVER_KEY.damaged(document, "it is not of 64 hexadecimal digits"))?;
        Ok(Self { bytes, made_ms: kept.made_ms })
    }

    /// When it was made, in milliseconds since the Unix epoch.
    pub fn made_ms(&self) -> i64 {
        self.made_ms
    }

    /// The HMAC-SHA256 of some parts, in hexadecimal. Each part is told from the next one, wherever they are cut.
    pub fn seal(&self, parts: &[&str]) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.bytes) else { return String::new() };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes())
    }

    /// Whether this is the seal of the parts; how long that takes does not tell where it differs.
    pub fn is_seal_of(&self, parts: &[&str], seal: &str) -> bool {
        let right = self.seal(parts);
        let differs = right.bytes().zip(seal.bytes()).fold(0, |differs, (one, other)| differs | (one ^ other));
        right.len() == seal.len() && differs == 0
    }

    /// The first `digits` of the seal: a short name for what the parts say.
    pub fn name(&self, parts: &[&str], digits: usize) -> String {
        self.seal(parts).chars().take(digits).collect()
    }
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ServerKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back_and_anything_else_is_no_key() {
        let key = ServerKey::new([0xA7; 32], 5);
        let mut kept = SERVER_KEY.document("a", &Kept { hex: hex(&key.bytes), made_ms: 5 }, 5).expect("a document");
        let read = ServerKey::read(&kept).expect("a key");
        assert_eq!((read.seal(&["a"]), read.made_ms()), (key.seal(&["a"]), 5));
        for wrong in ["", "{}", r#"{"hex":"a7","made_ms":1}"#, r#"{"hex":"zz","made_ms":1}"#] {
            wrong.clone_into(&mut kept.body_json);
            assert!(ServerKey::read(&kept).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_seal_is_of_one_key_and_of_these_parts_alone() {
        let (key, other) = (ServerKey::new([1; 32], 0), ServerKey::new([2; 32], 0));
        assert_eq!(key.seal(&["ab", "c"]), key.seal(&["ab", "c"]));
        assert_ne!(key.seal(&["ab", "c"]), key.seal(&["a", "bc"]));
        assert_ne!(key.seal(&["ab", "c"]), other.seal(&["ab", "c"]));
        assert_eq!(key.name(&["ab"], 6).len(), 6);
        assert!(key.is_seal_of(&["ab", "c"], &key.seal(&["ab", "c"])));
        for wrong in [String::new(), "0".repeat(64), key.seal(&["ab", "c"]) + "0", other.seal(&["ab", "c"])] {
            assert!(!key.is_seal_of(&["ab", "c"], &wrong), "{wrong}");
        }
        assert!(!format!("{key:?}").contains('1'));
    }
}
