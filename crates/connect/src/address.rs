//! Addresses of other systems: which are allowed, and how they are named without what may be secret in them.

use ureq::http::Uri;

/// What is wrong with an address over HTTP, in words; `None` where nothing is.
pub(crate) fn http_problem(filled: &str) -> Option<&'static str> {
    const EXPECTED: &str = "write an address such as https://metrics.example/path";
    let Ok(uri) = filled.parse::<Uri>() else { return Some(EXPECTED) };
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Some(EXPECTED);
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Some(
            "credentials do not stand in an address; write user = \"…\" and password = \"${NAME_OF_A_VARIABLE}\"",
        );
    }
    None
}

/// Scheme, host and port.
pub(crate) fn http_name(filled: &str) -> String {
    let parsed = filled.parse::<Uri>().ok();
    let named = parsed.as_ref().and_then(|uri| {
        let authority = uri.authority()?.as_str();
        Some(format!("{}://{}", uri.scheme_str()?, authority.rsplit('@').next()?))
    });
    named.unwrap_or_else(|| "the address".to_owned())
}

/// Host and port, as Prometheus names a target.
pub(crate) fn instance(filled: &str) -> String {
    let Ok(uri) = filled.parse::<Uri>() else { return String::new() };
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    format!("{}:{port}", uri.host().unwrap_or_default())
}

/// The address that a redirect leads to, where it is on the same host and port, and not from https to http.
pub(crate) fn redirected(from: &str, location: &str) -> Option<String> {
    let here: Uri = from.parse().ok()?;
    if location.starts_with('/') && !location.starts_with("//") {
        return Some(format!("{}://{}{location}", here.scheme_str()?, here.authority()?));
    }
    let there: Uri = location.parse().ok()?;
    let is_same = there.scheme_str() == here.scheme_str() && there.authority() == here.authority();
    is_same.then(|| location.to_owned())
}

/// A database's address without user, password and parameters.
pub(crate) fn database_name(filled: &str) -> String {
    let Some((scheme, rest)) = filled.split_once("://") else { return "the database".to_owned() };
    let rest = rest.split('?').next().unwrap_or_default();
    let authority_end = rest.find('/').unwrap_or(rest.len());
    // A password may hold a slash that is not escaped.
    let host = rest.rsplit('@').next().unwrap_or_default();
    match rest.rfind('@') {
        Some(_) => format!("{scheme}://{host}"),
        None => format!("{scheme}://{}{}", &rest[..authority_end], &rest[authority_end..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_the_host() {
        let from = "https://metrics.example:8443/a?b=c";
        let cases = [
            ("/metrics/", Some("https://metrics.example:8443/metrics/")),
            ("https://metrics.example:8443/x", Some("https://metrics.example:8443/x")),
            ("https://other.example:8443/x", None),
            ("http://metrics.example:8443/x", None),
            ("//other.example/x", None),
            ("file:///etc/passwd", None),
            ("metrics", None),
        ];
        for (location, wanted) in cases {
            assert_eq!(redirected(from, location).as_deref(), wanted, "{location}");
        }
    }

    #[test]
    fn only_web_addresses_without_credentials_are_taken() {
        assert_eq!(http_problem("http://[::1]:9090/"), None);
        for wrong in ["", "metrics.example", "file:///etc/passwd", "ftp://a/", "http:///x", "http://me:secret@a/"] {
            assert!(http_problem(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn databases_are_named_without_secrets() {
        assert_eq!(
            database_name("postgres://me:s/e@cret@db.example:5432/crm?sslkey=x"),
            "postgres://db.example:5432/crm"
        );
        assert_eq!(database_name("postgres://db.example/crm?password=x"), "postgres://db.example/crm");
    }
}
