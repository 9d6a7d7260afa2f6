//! The certificate that connections are encrypted with, read anew when its files change.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Why a certificate is not taken.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// A file can't be read.
    #[error("{file}: {error}")]
    File {
        /// The file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// A file is no PEM, or holds nothing of what is wanted.
    #[error("{file}: no {wanted} in PEM (-----BEGIN …-----): {error}")]
    Pem {
        /// The file.
        file: String,
        /// What it should hold.
        wanted: &'static str,
        /// Why.
        error: rustls::pki_types::pem::Error,
    },
    /// There is no certificate in the file.
    #[error("{0}: no certificate in PEM (-----BEGIN CERTIFICATE-----)")]
    Empty(String),
    /// They don't belong together, or can't be used.
    #[error("the certificate and its key do not do: {0}")]
    Unfit(#[from] rustls::Error),
}

/// The certificate in use, and where it comes from.
#[derive(Debug)]
pub struct Certificates {
    certificate_file: PathBuf,
    key_file: PathBuf,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    is_refused: AtomicBool,
}

/// What both files hold.
type Content = (Vec<u8>, Vec<u8>);

impl Certificates {
    /// Reads the certificate with its chain and its key, both as PEM.
    ///
    /// # Errors
    /// [`CertificateError`] where they can't be read or do not belong together.
    pub fn open(certificate_file: PathBuf, key_file: PathBuf) -> Result<Arc<Self>, CertificateError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let content = (read(&certificate_file)?, read(&key_file)?);
        let current = certified((&certificate_file, &key_file), &content, &provider)?;
        let current = RwLock::new(Arc::new(current));
        Ok(Arc::new(Self { certificate_file, key_file, provider, current, is_refused: AtomicBool::new(false) }))
    }

    /// What accepts encrypted connections.
    ///
    /// # Errors
    /// [`CertificateError`] where the provider lacks what TLS needs.
    pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, CertificateError> {
        let certificates: Arc<dyn ResolvesServerCert> = Arc::<Self>::clone(self);
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Whether the files hold something that was not taken, so that an older certificate is in use.
    pub fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::SeqCst)
    }

    fn content(&self) -> Result<Content, CertificateError> {
        Ok((read(&self.certificate_file)?, read(&self.key_file)?))
    }

    fn take_over(&self, content: &Content) -> Result<(), CertificateError> {
        let new = certified((&self.certificate_file, &self.key_file), content, &self.provider)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        Ok(())
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Takes changed files over until the server stops. What is broken is said, and the certificate before goes on.
pub async fn watch_certificates(certificates: Arc<Certificates>, mut stop: watch::Receiver<bool>) {
    let mut clock = tokio::time::interval(EVERY);
    let mut seen = certificates.content().ok().as_ref().map(mark);
    let mut is_told = false;
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = clock.tick() => {}
        }
        let of_files = Arc::clone(&certificates);
        let Ok(content) = tokio::task::spawn_blocking(move || of_files.content()).await else { continue };
        let now = content.as_ref().ok().map(mark);
        let is_known = now == seen;
        if is_known && !certificates.is_refused() {
            continue;
        }
        match content.and_then(|content| certificates.take_over(&content)) {
            Ok(()) => {
                tracing::info!(file = %certificates.certificate_file.display(), "a new certificate is in use");
                certificates.is_refused.store(false, Ordering::SeqCst);
                is_told = false;
            }
            // Two files are seldom replaced at once: what is broken is said when it stays so.
            Err(error) => {
                certificates.is_refused.store(true, Ordering::SeqCst);
                if is_known && !is_told {
                    is_told = true;
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the new certificate is not taken; the one before goes on");
                } else if !is_known {
                    is_told = false;
                }
            }
        }
        seen = now;
    }
}

fn mark((certificate, key): &Content) -> [[u8; 32]; 2] {
    [certificate, key].map(|bytes| Sha256::digest(bytes).into())
}

fn read(file: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(file).map_err(|error| CertificateError::File { file: file.display().to_string(), error })
}

fn certified(
    (certificate_file, key_file): (&Path, &Path),
    (certificate, key): &Content,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, CertificateError> {
    let pem = |file: &Path, wanted, error| CertificateError::Pem { file: file.display().to_string(), wanted, error };
    let chain = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| pem(certificate_file, "certificate", error))?;
    if chain.is_empty() {
        return Err(CertificateError::Empty(certificate_file.display().to_string()));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| pem(key_file, "private key", error))?;
    Ok(CertifiedKey::from_der(chain, key, provider)?)
}
