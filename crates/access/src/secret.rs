//! A token's secret: made, shown once, and known by its hash from then on.

use std::fmt;

use journal::digest::{hex, sha256_hex};

/// What every secret begins with, so that scanners for leaked secrets find it.
pub const PREFIX: &str = "ikpi_";
/// How many characters of a secret are kept in the clear, to tell secrets apart: 16 of its 256 bits.
const HINT_CHARACTERS: usize = PREFIX.len() + 4;

/// A secret. It is not printed with `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret(String);

impl TokenSecret {
    /// The secret of 256 random bits.
    pub fn of(random: [u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", hex(&random)))
    }

    /// As it is shown to the person who made it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn sha256_hex(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    pub(crate) fn hint(&self) -> String {
        self.0.chars().take(HINT_CHARACTERS).collect()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = TokenSecret::of([0xAB; 32]);
        assert_eq!(secret.reveal().len(), 69);
        assert_eq!(secret.hint(), "ikpi_abab");
        assert!(!format!("{secret:?}").contains("abab"));
    }
}
