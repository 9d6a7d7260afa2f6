//! How a reader wants pages to look, kept in a cookie.

use app::{Preferences, TextSize, Theme};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The cookie's name.
const NAME: &str = "appearance";
/// A year, in seconds.
const LIFE_SECONDS: u32 = 31_536_000;

/// The preferences of a request; the defaults where the cookie is missing or can't be read.
pub fn read(headers: &HeaderMap) -> Preferences {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let value =
        cookies.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='));
    let (theme, text_size) = value.and_then(|value| value.split_once('.')).unwrap_or_default();
    Preferences {
        theme: Theme::from_name(theme).unwrap_or_default(),
        text_size: TextSize::from_name(text_size).unwrap_or_default(),
    }
}

/// The cookie that keeps the preferences.
pub fn cookie(preferences: Preferences) -> String {
    format!(
        "{NAME}={}.{}; Path=/; Max-Age={LIFE_SECONDS}; HttpOnly; SameSite=Lax",
        preferences.theme.name(),
        preferences.text_size.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_back_from_their_cookie() {
        let chosen = Preferences { theme: Theme::DarkContrast, text_size: TextSize::Large };
        let cookie = cookie(chosen);
        let pair = cookie.split(';').next().unwrap();
        let headers = HeaderMap::from_iter([(COOKIE, format!("other=1; {pair}").parse().unwrap())]);
        assert_eq!(read(&headers), chosen);
        let nonsense = HeaderMap::from_iter([(COOKIE, "appearance=sepia".parse().unwrap())]);
        assert_eq!(read(&nonsense), Preferences::default());
    }
}
