//! TLS by the server itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::Raw;
use crate::running::{Answer, Running, eventually, folder};

/// Who trusts one certificate alone. Each request shakes hands anew.
struct Trusting(Certificate<'static>);

impl Trusting {
    fn get(&self, url: String) -> Result<Answer, ureq::Error> {
        let roots = RootCerts::new_with_certs(std::slice::from_ref(&self.0));
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .into();
        agent.get(url).call().map(Answer::of)
    }
}

/// Writes a certificate and its key of this machine's own, and gives who trusts it.
fn write_certificate(folder: &Path) -> (PathBuf, PathBuf, Trusting) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.key_pair.serialize_pem()).unwrap();
    (certificate, key, Trusting(Certificate::from_der(made.cert.der()).to_owned()))
}

fn start(data: &Path, certificate: &Path, key: &Path, extra: &[&str]) -> Running {
    let files = ["--tls-certificate", certificate.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    Running::start_with(data, &[&files, extra].concat(), &[])
}

#[test]
fn with_a_certificate_the_server_speaks_https_and_says_so() {
    let data = folder();
    let (certificate, key, agent) = write_certificate(data.path());
    let server = start(&data.path().join("data"), &certificate, &key, &[]);
    assert!(server.address.starts_with("https://127.0.0.1:"), "{}", server.address);
    let answer = agent.get(server.url("/healthz")).unwrap();
    assert_eq!((answer.status, answer.text.as_str()), (200, "ok"));
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    let page = agent.get(server.url("/sources")).unwrap().text;
    assert!(page.contains(&server.address), "what is to be copied names https");
    // Who speaks no TLS, or nothing at all, disturbs nobody.
    let mut plain = Raw::open(&server);
    plain.ask("GET /healthz", "");
    plain.rest();
    assert!(agent.get(server.url("/healthz")).is_ok());
}

#[test]
fn a_handshake_has_its_time() {
    let data = folder();
    let (certificate, key, agent) = write_certificate(data.path());
    let options = ["--header-seconds", "1.5", "--max-connections-per-address", "5"];
    let server = start(&data.path().join("data"), &certificate, &key, &options);
    let mut silent: Vec<Raw> = (0..50).map(|_| Raw::open(&server)).collect();
    assert!(agent.get(server.url("/healthz")).is_ok());
    for raw in &mut silent {
        assert_eq!(raw.rest(), "");
    }
}

#[test]
fn changed_files_are_taken_over_and_broken_ones_are_not() {
    let data = folder();
    let (certificate, key, before) = write_certificate(data.path());
    let server = start(&data.path().join("data"), &certificate, &key, &[]);
    assert!(before.get(server.url("/healthz")).is_ok());
    let (_, _, after) = write_certificate(data.path());
    eventually("the new certificate", || after.get(server.url("/healthz")).ok());
    assert!(before.get(server.url("/healthz")).is_err(), "the certificate before is out of use");
    let refused = || {
        let text = after.get(server.url("/metrics")).unwrap().text;
        text.lines().any(|line| line.starts_with("inferno_kpi_certificate_refused 1"))
    };
    assert!(!refused());
    std::fs::write(&certificate, "no certificate").unwrap();
    eventually("the refusal", || refused().then_some(()));
    std::fs::remove_file(&key).unwrap();
    assert!(after.get(server.url("/healthz")).is_ok(), "the one before goes on");
    let (_, _, mended) = write_certificate(data.path());
    eventually("the mended certificate", || mended.get(server.url("/healthz")).ok());
    server.terminate_and_wait(Duration::from_secs(15));
}

#[test]
fn a_certificate_that_does_not_do_is_told_at_the_start() {
    let data = folder();
    let (certificate, key, _) = write_certificate(data.path());
    let other = data.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let (_, other_key, _) = write_certificate(&other);
    let missing = data.path().join("missing.pem");
    let site = crate::running::site();
    for (certificate, key, told) in [
        (&certificate, &missing, "missing.pem"),
        (&key, &key, "certificate"),
        (&certificate, &certificate, "private key"),
        (&certificate, &other_key, "do not do"),
    ] {
        let output = std::process::Command::new(crate::running::PROGRAM)
            .args(["serve", "--address", "127.0.0.1:0", "--site"])
            .arg(site.path())
            .arg("--data")
            .arg(data.path().join("data"))
            .args(["--tls-certificate".as_ref(), certificate.as_os_str(), "--tls-key".as_ref(), key.as_os_str()])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(crate::running::text(&output.stderr).contains(told), "{}", crate::running::text(&output.stderr));
    }
    let alone = crate::running::run(&["serve", "--tls-key", key.to_str().unwrap()]);
    assert_eq!(alone.status.code(), Some(2));
}
