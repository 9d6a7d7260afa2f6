//! Columns of integers and of floating-point numbers as bytes.

mod decimal;
mod floats;
mod gorilla;
mod integers;

pub(crate) use floats::{decode_floats, encode_floats};
pub(crate) use integers::{decode_integers, encode_integers};
