//! Bodies that are kept as they arrived, and read unpacked.

use formats::Limits;
use formats::encoding::Unpacker;

use super::{Meter, Unread};

/// The content of a packed body, charged while it is unpacked; `None` for one that is not packed.
///
/// # Errors
/// [`Unread`].
pub async fn unpacked(
    packed: &[u8],
    encoding: Option<&str>,
    limits: &Limits,
    meter: &Meter,
) -> Result<Option<Vec<u8>>, Unread> {
    let encoding = encoding.map(str::trim).filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
    if encoding.is_none() {
        return Ok(None);
    }
    let mut unpacker = Unpacker::new(encoding, limits)?;
    for piece in packed.chunks(unpacker.step_bytes()) {
        let (before, most) = (unpacker.content().len(), unpacker.most_added(piece.len()));
        meter.charge(most).await?;
        unpacker.push(piece)?;
        meter.give_back(most.saturating_sub(unpacker.content().len() - before)).await;
        // Unpacking many bytes takes a while, in which others are answered too.
        tokio::task::yield_now().await;
    }
    meter.charge(unpacker.added_by_end()).await?;
    Ok(Some(unpacker.finish()?))
}
