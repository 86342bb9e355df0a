//! The pages of an SQLite database, and the rows in them.

/// The most bytes that one row may have.
const LONGEST_ROW: usize = 16 << 20;
/// The most columns.
const MOST_COLUMNS: usize = 4096;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    /// Rows of a table.
    TableLeaf,
    /// Where the rows of a table are.
    TableNode,
    /// A part of an index.
    Index,
}

/// How texts are spelt.
#[derive(Debug, Clone, Copy)]
enum Spelling {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

/// A row.
pub(super) struct Row {
    /// Its columns as text; numbers in digits.
    pub(super) columns: Vec<Vec<u8>>,
}

impl Row {
    /// Adds the row to `out` as a line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for column in &self.columns {
            out.extend_from_slice(column);
            out.push(b'\t');
        }
        out.push(b'\n');
    }
}

/// A database in memory.
#[derive(Clone, Copy)]
pub(super) struct Database<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// Bytes of each page that hold content.
    usable: usize,
    spelling: Spelling,
}

impl<'a> Database<'a> {
    /// The database that these bytes are; `None` when its header is none.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let page_size = match u16::from_be_bytes(*bytes.get(16..)?.first_chunk()?) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = page_size.checked_sub(usize::from(*bytes.get(20)?))?;
        let spelling = match bytes.get(56..60)? {
            [0, 0, 0, 2] => Spelling::Utf16(u16::from_le_bytes),
            [0, 0, 0, 3] => Spelling::Utf16(u16::from_be_bytes),
            _ => Spelling::Utf8,
        };
        let is_one = page_size.is_power_of_two() && page_size >= 512 && usable >= 480;
        is_one.then_some(Self { bytes, page_size, usable, spelling })
    }

    pub(super) fn page_count(self) -> u32 {
        u32::try_from(self.bytes.len().div_ceil(self.page_size)).unwrap_or(u32::MAX)
    }

    /// A page by its number, which counts from one.
    pub(super) fn page(self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number.checked_sub(1)?).ok()?.checked_mul(self.page_size)?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        Some(rest.get(..self.page_size).unwrap_or(rest))
    }

    pub(super) fn kind(self, number: u32) -> Option<PageKind> {
        Some(match self.page(number)?.get(header(number))? {
            13 => PageKind::TableLeaf,
            5 => PageKind::TableNode,
            2 | 10 => PageKind::Index,
            _ => return None,
        })
    }

    /// What lies between the places of a page's rows and the rows: what was deleted may be there.
    pub(super) fn gap(self, number: u32) -> &'a [u8] {
        let Some(page) = self.page(number) else { return &[] };
        let at = header(number);
        let fields = (short(page, at + 3), short(page, at + 5));
        let (Some(count), Some(start)) = fields else { return &[] };
        page.get(at + 8 + 2 * count..start).unwrap_or_default()
    }

    /// Tells of each row of the table whose root is `number`. Pages are read once: what `is_new` says
    /// is known already is passed over, so that no circle of pages is followed.
    pub(super) fn each_row(
        self,
        number: u32,
        depth: u32,
        is_new: &mut dyn FnMut(u32) -> bool,
        each: &mut dyn FnMut(Row),
    ) {
        let (Some(page), Some(kind)) = (self.page(number), self.kind(number)) else { return };
        if !is_new(number) {
            return;
        }
        let at = header(number);
        let count = short(page, at + 3).unwrap_or(0).min(self.page_size / 2);
        match kind {
            PageKind::TableLeaf => {
                let cells = (0..count).filter_map(|index| short(page, at + 8 + 2 * index));
                for cell in cells {
                    if let Some(row) = self.row(page, cell, is_new) {
                        each(row);
                    }
                }
            }
            PageKind::TableNode if depth > 0 => {
                let cells = (0..count).filter_map(|index| short(page, at + 12 + 2 * index));
                let below = cells.filter_map(|cell| long(page, cell)).chain(long(page, at + 8));
                below.for_each(|child| self.each_row(child, depth - 1, is_new, each));
            }
            PageKind::TableNode | PageKind::Index => {}
        }
    }

    fn row(self, page: &[u8], cell: usize, is_new: &mut dyn FnMut(u32) -> bool) -> Option<Row> {
        let mut cell = page.get(cell..)?;
        let length = usize::try_from(variable(&mut cell)?).ok().filter(|it| *it <= LONGEST_ROW)?;
        let _id = variable(&mut cell)?;
        let payload = self.payload(cell, length, is_new)?;
        self.columns(&payload).map(|columns| Row { columns })
    }

    /// A row's bytes: what stands in the cell, and the pages it runs over into.
    fn payload(
        self,
        cell: &[u8],
        length: usize,
        is_new: &mut dyn FnMut(u32) -> bool,
    ) -> Option<Vec<u8>> {
        let most = self.usable - 35;
        if length <= most {
            return Some(cell.get(..length).unwrap_or(cell).to_vec());
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fitting = least + (length - least) % (self.usable - 4);
        let here = if fitting <= most { fitting } else { least };
        let mut payload = cell.get(..here)?.to_vec();
        let mut next = long(cell, here)?;
        while payload.len() < length {
            let Some(page) = self.page(next) else { break };
            if !is_new(next) {
                break;
            }
            let rest = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + rest).unwrap_or_default());
            next = long(page, 0).filter(|next| *next != 0).unwrap_or(0);
        }
        Some(payload)
    }

    fn columns(self, payload: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut head = payload;
        let length = usize::try_from(variable(&mut head)?).ok()?;
        let mut kinds = payload.get(payload.len() - head.len()..length)?;
        let mut content = payload.get(length..)?;
        let mut columns = Vec::new();
        while !kinds.is_empty() && columns.len() < MOST_COLUMNS {
            let kind = variable(&mut kinds)?;
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => usize::try_from(kind).ok()?,
                5 => 6,
                6 | 7 => 8,
                _ => usize::try_from(kind.checked_sub(12)? / 2).ok()?,
            };
            let (column, rest) = content.split_at(length.min(content.len()));
            content = rest;
            columns.push(match kind {
                1..=6 => number(column).to_string().into_bytes(),
                kind if kind >= 13 && kind % 2 == 1 => self.text(column),
                _ => column.to_vec(),
            });
        }
        Some(columns)
    }

    fn text(self, bytes: &[u8]) -> Vec<u8> {
        let Spelling::Utf16(unit) = self.spelling else { return bytes.to_vec() };
        let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied().map(unit));
        let text: String = char::decode_utf16(units)
            .map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        text.into_bytes()
    }
}

/// Where the header of a page begins: the first one has that of the file before it.
const fn header(number: u32) -> usize {
    if number == 1 { 100 } else { 0 }
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn number(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |byte| i64::from(byte.cast_signed()));
    bytes.iter().skip(1).fold(first, |sum, byte| (sum << 8) | i64::from(*byte))
}

/// Takes a number in groups of seven bits from the front.
fn variable(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for index in 0..9 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if index == 8 {
            return Some((value << 8) | u64::from(byte));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_in_groups_and_in_bytes() {
        let mut bytes = [0x81, 0x00, 0x7f].as_slice();
        assert_eq!(variable(&mut bytes), Some(128));
        assert_eq!(variable(&mut bytes), Some(127));
        assert_eq!(variable(&mut bytes), None);
        assert_eq!((number(&[0xff]), number(&[1, 0])), (-1, 256));
    }

    proptest! {
        #[test]
        fn any_pages_are_read_to_an_end(
            mut bytes in proptest::collection::vec(any::<u8>(), 1536..1537),
            kinds in proptest::collection::vec(prop_oneof![Just(5_u8), Just(13_u8)], 3),
        ) {
            bytes[16..21].copy_from_slice(&[2, 0, 1, 1, 0]);
            for (page, kind) in kinds.iter().enumerate() {
                let at = page * 512 + if page == 0 { 100 } else { 0 };
                bytes[at] = *kind;
                bytes[at + 3] = 0;
            }
            let database = Database::of(&bytes).unwrap();
            let mut rows = 0;
            database.each_row(1, 3, &mut |_| true, &mut |_| rows += 1);
            prop_assert!(database.page_count() == 3);
        }
    }
}
