//! The parts of a workbook, unpacked within a limit that holds for all of them together.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::wrong;
use crate::text::shorten;
use crate::{Limits, Refusal};

pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    left: usize,
    limit: usize,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Refusal> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        Ok(Self { zip, left: limits.body_bytes, limit: limits.body_bytes })
    }

    /// Refuses files of other programs that are archives too.
    pub(super) fn check_kind(&mut self) -> Result<(), Refusal> {
        let has = |path: &str| self.zip.index_for_name(path).is_some();
        let (is_binary, is_numbers) = (has("xl/workbook.bin"), has("Index/Document.iwa") || has("Index.zip"));
        let is_other = has("word/document.xml") || has("ppt/presentation.xml");
        let mimetype = if has("mimetype") { self.part("mimetype")?.unwrap_or_default() } else { String::new() };
        let kind = match mimetype.trim() {
            kind if kind.contains("opendocument.spreadsheet") => "a workbook of LibreOffice or OpenOffice (.ods)",
            kind if kind.contains("opendocument") => "a document of LibreOffice or OpenOffice, and no workbook",
            _ if is_binary => "a binary workbook (.xlsb)",
            _ if is_numbers => "a workbook of Apple Numbers (.numbers)",
            _ if is_other => "a document or presentation, and no workbook",
            _ => return Ok(()),
        };
        let expected = "the table as .xlsx or CSV: open it in its program and choose Save as or Export";
        Err(wrong(format!("this is {kind}"), expected))
    }

    /// A part's text; none where there is no such part.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, Refusal> {
        let part = match self.zip.by_name(path) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(&error.to_string())),
        };
        let mut bytes = Vec::new();
        // What the archive says about sizes need not be true.
        let most = u64::try_from(self.left).unwrap_or(u64::MAX).saturating_add(1);
        part.take(most).read_to_end(&mut bytes).map_err(|error| damaged(&error.to_string()))?;
        self.left = self.left.checked_sub(bytes.len()).ok_or(Refusal::TooLarge { limit: self.limit })?;
        let text = String::from_utf8(bytes).map_err(|_| damaged(&format!("{} is not UTF-8", shorten(path))))?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// A part without which there is no table.
    pub(super) fn needed(&mut self, path: &str) -> Result<String, Refusal> {
        self.part(path)?.ok_or_else(|| damaged(&format!("there is no part {}", shorten(path))))
    }
}

fn damaged(why: &str) -> Refusal {
    wrong(format!("the file can't be read as a workbook: {}", shorten(why)), "a workbook saved as .xlsx, or CSV")
}
