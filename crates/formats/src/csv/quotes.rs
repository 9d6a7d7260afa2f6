//! Quotes that don't pair: the CSV reader accepts them, and an unclosed one would swallow every row after it unseen. And rows of so many
//! cells that they take many times their bytes.

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

/// The most cells of a row; each takes about forty bytes.
const MOST_CELLS: usize = 500_000;

/// # Errors
/// Refuses a row of very many cells, a quoted cell that is never closed, and text between a closing quote and the separator. A quote inside a cell
/// that doesn't begin with one is an ordinary character.
pub(crate) fn check(text: &str, separator: u8) -> Result<(), Refusal> {
    let mut state = State::CellStart;
    let (mut opened, mut cells) = (0, 0_usize);
    for (offset, byte) in text.bytes().enumerate() {
        let ends_cell = byte == separator || byte == b'\n' || byte == b'\r';
        if ends_cell && !matches!(state, State::Quoted) {
            cells = if byte == separator { cells + 1 } else { 0 };
            if cells >= MOST_CELLS {
                let (row, column) = place(text, offset);
                let detail = format!("a row has more than {MOST_CELLS} cells");
                return Err(Refusal::Shape { row, column, detail, expected: "a table of fewer columns".to_owned() });
            }
        }
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
