//! The server's own token: given, read from a file, or made.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::Failure;
use crate::system;

/// The fewest characters of the token: with it everything can be done.
const LEAST_CHARACTERS: usize = 16;

/// The server's own token; `None` where none is named.
///
/// # Errors
/// [`Failure`] where it is too short, or its file can be neither read nor made.
pub fn server_token(given: Option<String>, file: Option<&Path>) -> Result<Option<String>, Failure> {
    let (token, from) = match (given.filter(|token| !token.is_empty()), file) {
        (Some(token), _) => (token, "the token".to_owned()),
        (None, Some(file)) => (read_or_made(file)?, file.display().to_string()),
        (None, None) => return Ok(None),
    };
    let characters = token.chars().count();
    if characters < LEAST_CHARACTERS {
        return Err(Failure::usage(format!(
            "{from} has {characters} characters, and {LEAST_CHARACTERS} are the least: whoever guesses it may do everything. \
             `openssl rand -hex 32` prints a good one, and --token-file FILE makes one"
        )));
    }
    Ok(Some(token))
}

fn read_or_made(file: &Path) -> Result<String, Failure> {
    let told = |error: std::io::Error| Failure::usage(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text.lines().next().unwrap_or_default().trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let secret = system::token_secret().map_err(|error| Failure::usage(error.to_string()))?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut made = options.open(file).map_err(told)?;
            made.write_all(format!("{}\n", secret.reveal()).as_bytes()).and_then(|()| made.sync_all()).map_err(told)?;
            tracing::info!(file = %file.display(), "the server's own token was made; it stands in this file");
            Ok(secret.reveal().to_owned())
        }
        Err(error) => Err(told(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_token_is_refused_with_the_way_to_a_long_one() {
        let refused = server_token(Some("correct horse".to_owned()), None).unwrap_err().to_string();
        assert!(refused.contains("13 characters") && refused.contains("openssl rand"), "{refused}");
        assert!(server_token(Some("0123456789abcdef".to_owned()), None).is_ok());
        assert_eq!(server_token(Some(String::new()), None).unwrap(), None);
    }

    #[test]
    fn a_file_that_is_missing_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let made = server_token(None, Some(&file)).unwrap().unwrap();
        assert!(made.starts_with("ikpi_") && made.len() > 60);
        assert_eq!(server_token(None, Some(&file)).unwrap(), Some(made));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&file, "short\n").unwrap();
        assert!(server_token(None, Some(&file)).unwrap_err().to_string().contains("5 characters"));
        let nowhere = folder.path().join("none").join("token");
        assert!(server_token(None, Some(&nowhere)).is_err());
    }
}
