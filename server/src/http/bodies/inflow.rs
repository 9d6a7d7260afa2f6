//! A body that is unpacked while it arrives, and whose beginning says who sends it.

use axum::body::{Body, BodyDataStream, Bytes};
use formats::encoding::Unpacker;
use formats::{Limits, Refusal};
use futures::StreamExt as _;

use super::meter::is_exhausted;
use super::{Exhausted, Meter};
use crate::http::api::body::MOST_DISCARDED_BYTES;

/// Why a body is not there.
#[derive(Debug)]
pub enum Unread {
    /// It has more bytes than its sender may send.
    TooLarge(usize),
    /// The connection ended before it did.
    BrokenOff,
    /// There is no room for it now.
    Exhausted,
    /// It is not packed as it says, or unpacked too large.
    Refused(Refusal),
}

impl From<Exhausted> for Unread {
    fn from(_: Exhausted) -> Self {
        Self::Exhausted
    }
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A body, unpacked.
#[derive(Debug)]
pub struct Whole {
    /// What the sender packed.
    pub content: Vec<u8>,
    /// How many bytes arrived.
    pub arrived: usize,
}

/// A body on its way.
pub struct Inflow {
    frames: BodyDataStream,
    /// What arrived and is not unpacked yet.
    rest: Bytes,
    unpacker: Unpacker,
    meter: Meter,
    arrived: usize,
    is_over: bool,
}

impl Inflow {
    /// A body of that `Content-Encoding`.
    ///
    /// # Errors
    /// Refuses an encoding that is not read.
    pub fn new(body: Body, encoding: Option<&str>, limits: &Limits, meter: Meter) -> Result<Self, Refusal> {
        let unpacker = Unpacker::new(encoding, limits)?;
        Ok(Self { frames: body.into_data_stream(), rest: Bytes::new(), unpacker, meter, arrived: 0, is_over: false })
    }

    /// Its beginning: so many unpacked bytes, or fewer where so many packed ones are not more.
    ///
    /// # Errors
    /// [`Unread`].
    pub async fn beginning(&mut self, bytes: usize) -> Result<&[u8], Unread> {
        while self.unpacker.content().len() < bytes && self.unpacker.arrived() < bytes {
            if !self.step().await? {
                break;
            }
        }
        Ok(if self.unpacker.is_readable() { self.unpacker.content() } else { &[] })
    }

    /// All of it, at most `most` bytes as they arrive.
    ///
    /// # Errors
    /// [`Unread`].
    pub async fn whole(mut self, most: usize) -> Result<Whole, Unread> {
        while self.arrived <= most && self.step().await? {}
        if self.arrived > most {
            // What is not taken is not kept meanwhile.
            self.unpacker = Unpacker::new(None, &Limits::default())?;
            self.discard().await;
            return Err(Unread::TooLarge(most));
        }
        self.meter.charge(self.unpacker.added_by_end()).await?;
        Ok(Whole { content: self.unpacker.finish()?, arrived: self.arrived })
    }

    /// Reads on without keeping anything, so that the sender gets to read why it was refused instead of a connection that breaks while
    /// it sends.
    pub async fn discard(&mut self) {
        let mut discarded = 0;
        while !self.is_over
            && discarded <= MOST_DISCARDED_BYTES
            && let Some(Ok(frame)) = self.frames.next().await
        {
            discarded += frame.len();
        }
    }

    /// Unpacks a little more; false at the end.
    async fn step(&mut self) -> Result<bool, Unread> {
        while self.rest.is_empty() {
            if self.is_over {
                return Ok(false);
            }
            match self.frames.next().await {
                Some(Ok(frame)) => self.rest = frame,
                end => {
                    self.is_over = true;
                    return match end {
                        Some(Err(error)) if is_exhausted(&error) => Err(Unread::Exhausted),
                        Some(Err(_)) => Err(Unread::BrokenOff),
                        _ => Ok(false),
                    };
                }
            }
            self.arrived += self.rest.len();
        }
        let piece = self.rest.split_to(self.rest.len().min(self.unpacker.step_bytes()));
        let (before, most) = (self.unpacker.content().len(), self.unpacker.most_added(piece.len()));
        self.meter.charge(most).await?;
        self.unpacker.push(&piece)?;
        let added = self.unpacker.content().len() - before;
        // The bytes as they arrived are held no longer.
        self.meter.give_back(piece.len() + most.saturating_sub(added)).await;
        Ok(true)
    }
}
