//! Quotes that don't pair. The CSV reader accepts them, and an unclosed one would swallow every row after it unseen.

use crate::Refusal;
use crate::text::place;

enum State {
    CellStart,
    Plain,
    /// Inside a quoted cell.
    Quoted,
    /// After a quote inside a quoted cell: the cell's end, or half of a doubled quote.
    MaybeClosed,
}

/// # Errors
/// Refuses a quoted cell that is never closed, and text between a closing quote and the separator. A quote inside a cell
/// that doesn't begin with one is an ordinary character.
pub(crate) fn check(text: &str, separator: u8) -> Result<(), Refusal> {
    let mut state = State::CellStart;
    let mut opened = 0;
    for (offset, byte) in text.bytes().enumerate() {
        let ends_cell = byte == separator || byte == b'\n' || byte == b'\r';
        state = match state {
            State::CellStart if byte == b'"' => {
                opened = offset;
                State::Quoted
            }
            State::CellStart | State::Plain if ends_cell => State::CellStart,
            State::CellStart | State::Plain => State::Plain,
            State::Quoted if byte == b'"' => State::MaybeClosed,
            State::Quoted => State::Quoted,
            State::MaybeClosed if byte == b'"' => State::Quoted,
            State::MaybeClosed if ends_cell => State::CellStart,
            State::MaybeClosed => {
                return Err(refusal(text, offset, "there is text after a closing quote"));
            }
        };
    }
    if matches!(state, State::Quoted) { Err(refusal(text, opened, "a quoted cell is never closed")) } else { Ok(()) }
}

fn refusal(text: &str, offset: usize, detail: &str) -> Refusal {
    let (row, column) = place(text, offset);
    let expected = "a quoted cell as \"…\", with quotes inside it doubled: \"say \"\"yes\"\"\"".to_owned();
    Refusal::Syntax { row, column, detail: detail.to_owned(), expected }
}
