//! Compressed bodies, and those that only claim to be.

use formats::{Limits, encoding};

use crate::{recorded, refused};

#[test]
fn a_snappy_block_that_promises_too_much_is_refused_before_it_is_unpacked() {
    let limits = Limits { body_bytes: 1_000, ..Limits::default() };
    // The header promises 4 GiB less one byte.
    let bomb = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x00];
    assert_eq!(refused(encoding::snappy(&bomb, &limits)).code(), "too-large");
    let fitting = snap::raw::Encoder::new().compress_vec(&[b'a'; 1_000]).unwrap();
    assert_eq!(encoding::snappy(&fitting, &limits).unwrap(), [b'a'; 1_000]);
    let larger = snap::raw::Encoder::new().compress_vec(&[b'a'; 1_001]).unwrap();
    assert_eq!(refused(encoding::snappy(&larger, &limits)).code(), "too-large");
    // A promise within the limit that so few bytes can't keep.
    let empty_promise = [0xe7, 0x07, 0x00];
    assert_eq!(refused(encoding::snappy(&empty_promise, &limits)).code(), "compression");
}

#[test]
fn truncated_bodies_are_refused() {
    let snappy = recorded("remote_write/prometheus-2.42-exemplars.snappy");
    let gzip = recorded("otlp/python.pb.gz");
    let zlib = recorded("otlp/python.pb.zz");
    for (bytes, name) in [(&snappy, "snappy"), (&gzip, "gzip"), (&zlib, "deflate")] {
        assert!(encoding::decode(bytes, Some(name), &Limits::default()).is_ok(), "{name}");
        let half = &bytes[..bytes.len() / 2];
        assert_eq!(refused(encoding::decode(half, Some(name), &Limits::default())).code(), "compression", "{name}");
        assert_eq!(refused(encoding::decode(b"plain", Some(name), &Limits::default())).code(), "compression");
    }
}

#[test]
fn what_is_unpacked_while_it_arrives_is_what_is_unpacked_as_a_whole() {
    let snappy = recorded("remote_write/prometheus-2.42-exemplars.snappy");
    let gzip = recorded("otlp/python.pb.gz");
    let zlib = recorded("otlp/python.pb.zz");
    let limits = Limits::default();
    for (bytes, name) in [(&snappy, "snappy"), (&gzip, "gzip"), (&zlib, "deflate"), (&gzip, "identity")] {
        for step in [1, 7, encoding::STEP_BYTES] {
            let unpack = |bytes: &[u8]| {
                let mut unpacker = encoding::Unpacker::new(Some(name), &limits).unwrap();
                for piece in bytes.chunks(step) {
                    let (before, most) = (unpacker.content().len(), unpacker.most_added(piece.len()));
                    unpacker.push(piece)?;
                    assert!(unpacker.content().len() - before <= most, "{name}");
                }
                unpacker.finish()
            };
            assert_eq!(
                unpack(bytes).unwrap(),
                encoding::decode(bytes, Some(name), &limits).unwrap().as_ref(),
                "{name}"
            );
            if name != "identity" {
                assert_eq!(refused(unpack(&bytes[..bytes.len() / 2])).code(), "compression", "{name}");
                assert_eq!(refused(unpack(b"plain")).code(), "compression", "{name}");
            }
        }
    }
}

#[test]
fn a_bomb_that_is_unpacked_while_it_arrives_ends_at_the_limit() {
    use std::io::Write as _;
    let limits = Limits { body_bytes: 1 << 20, ..Limits::default() };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![0; 10 << 20]).unwrap();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&vec![0; 10 << 20]).unwrap();
    for (bomb, name) in [(gzip.finish().unwrap(), "gzip"), (zlib.finish().unwrap(), "deflate")] {
        let mut unpacker = encoding::Unpacker::new(Some(name), &limits).unwrap();
        let mut most = 0;
        let refusal = bomb.chunks(encoding::STEP_BYTES).find_map(|piece| {
            let before = unpacker.content().len();
            let outcome = unpacker.push(piece);
            most = most.max(unpacker.content().len() - before);
            outcome.err()
        });
        assert_eq!(refusal.unwrap().code(), "too-large", "{name}");
        assert!(most <= (1 << 20) + (64 << 10), "{name}: {most}");
    }
    assert_eq!(refused(encoding::Unpacker::new(Some("zstd"), &limits).map(|_| ())).code(), "encoding");
}

#[test]
fn a_gzip_bomb_ends_at_the_limit() {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 10 << 20]).unwrap();
    let bomb = encoder.finish().unwrap();
    let limits = Limits { body_bytes: 1 << 20, ..Limits::default() };
    assert!(bomb.len() < 20_000);
    assert_eq!(refused(encoding::gzip(&bomb, &limits)).code(), "too-large");
}

#[test]
fn unknown_encodings_are_refused_and_none_is_a_copy() {
    let limits = Limits { body_bytes: 4, ..Limits::default() };
    assert_eq!(encoding::decode(b"abc", None, &limits).unwrap().as_ref(), b"abc");
    assert_eq!(encoding::decode(b"abc", Some("Identity"), &limits).unwrap().as_ref(), b"abc");
    assert_eq!(refused(encoding::decode(b"abcde", None, &limits)).code(), "too-large");
    assert_eq!(refused(encoding::decode(b"abc", Some("zstd"), &limits)).code(), "encoding");
}
