//! Compresses ahead what the server would otherwise compress at every request.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::BuildError;
use crate::files;

/// Kinds of files that shrink; pictures and the like are packed already.
const KINDS: [&str; 10] = ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Whether a file is worth compressing, by its name.
pub fn applies_to(path: &Path) -> bool {
    KINDS.contains(&files::extension(path).as_str())
}

/// Writes `FILE.br` and `FILE.gz` beside every file in `site` that shrinks, and takes over those of `previous`, the last
/// build's site, where the file is the same.
pub fn folder(site: &Path, previous: &Path) -> Result<(), BuildError> {
    for path in files::list(site)? {
        if !applies_to(&path) {
            continue;
        }
        let bytes = files::read(&path)?;
        let old = path.strip_prefix(site).map(|relative| previous.join(relative)).unwrap_or_default();
        let same = std::fs::read(&old).is_ok_and(|old| old == bytes);
        for (ending, pack) in [("br", brotli as fn(&[u8]) -> std::io::Result<Vec<u8>>), ("gz", gzip)] {
            let kept = if same { std::fs::read(with_ending(&old, ending)).ok() } else { None };
            let packed = match kept {
                Some(packed) => packed,
                None => pack(&bytes).map_err(BuildError::file("compress", &path))?,
            };
            if packed.len() < bytes.len() {
                files::write(&with_ending(&path, ending), &packed)?;
            }
        }
    }
    Ok(())
}

/// `a/b.js` and `br` give `a/b.js.br`.
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Brotli at quality 11, the slowest and smallest.
fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_compressions_give_the_same_bytes_back() {
        let bytes = b"inferno ".repeat(500);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&bytes).unwrap().as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(gzip(&bytes).unwrap().as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
    }

    #[test]
    fn pictures_and_files_that_would_grow_stay_as_they_are() {
        let folder_now = tempfile::tempdir().unwrap();
        let site = folder_now.path();
        std::fs::write(site.join("a.png"), vec![0; 1000]).unwrap();
        std::fs::write(site.join("b.css"), "a{}").unwrap();
        std::fs::write(site.join("c.css"), "a{margin:0}".repeat(90)).unwrap();
        folder(site, Path::new("no such folder")).unwrap();
        assert!(!site.join("a.png.br").exists());
        assert!(!site.join("b.css.br").exists());
        assert!(site.join("c.css.br").exists() && site.join("c.css.gz").exists());
    }
}
