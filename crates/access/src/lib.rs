//! Who may do what: tokens that people make, renew and revoke, and keys of the server's own.
//!
//! Somebody who shows a secret becomes a [`Principal`]; every other room asks that alone. What is kept of a secret is its
//! SHA-256. Secrets are 256 random bits, so nothing slower is needed.

mod api_tokens;
mod denied;
mod limits;
mod new_token;
mod registry;
pub mod reserved;
mod secret;
pub mod server_key;
mod token;
mod usage;

pub use kpi::principal::{Identity, Principal, Scope};

pub use self::api_tokens::{ApiTokens, LONGEST_OVERLAP_MINUTES, Standing, hash_of_secret};
pub use self::denied::TokenDenied;
pub use self::new_token::{MOST_BODY_BYTES, MOST_REQUESTS_PER_MINUTE, NewToken};
pub use self::secret::{PREFIX as SECRET_PREFIX, TokenSecret};
pub use self::token::{Token, TokenError};
