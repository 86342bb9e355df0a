//! SQLite databases: a row a line, table by table. In the file the columns of a row stand without a gap
//! between them, and long ones in pages that may lie anywhere.

mod page;

use std::collections::BTreeSet;

use self::page::{Database, PageKind, Row};
use super::packed::Packed;
use super::{Place, Run, Stop};

/// How such a database begins.
pub(super) const MARK: &[u8] = b"SQLite format 3\0";
/// Longer databases are scanned as they are.
const LONGEST: usize = 96 << 20;
/// How much of a table is gathered before it is scanned.
const BATCH: usize = 4 << 20;
/// How deep the tree of a table may be.
const DEEPEST: u32 = 20;

/// Scans the rows of every table, and what belongs to none as it is.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let Some(bytes) = packed.hold(LONGEST)? else {
        return Err(Stop::TooLong);
    };
    let Some(database) = Database::of(bytes) else {
        return Err(Stop::Broken("its header is no database's".to_owned()));
    };
    let mut reading = Reading { run, place, database, owned: BTreeSet::new() };
    let tables = reading.tables();
    for table in &tables {
        reading.table(table)?;
    }
    reading.rest(tables.iter().any(|table| table.is_index_of_itself))?;
    let length = bytes.len() as u64;
    packed.begin_payload();
    packed.skip(length)?;
    packed.end_payload();
    Ok(())
}

/// A table as the schema has it.
struct Table {
    name: Vec<u8>,
    root: u32,
    /// Its rows are kept in an index.
    is_index_of_itself: bool,
}

struct Reading<'a, 'r> {
    run: &'a Run<'r>,
    place: &'a Place,
    database: Database<'a>,
    /// Pages that were read as part of a table.
    owned: BTreeSet<u32>,
}

impl Reading<'_, '_> {
    /// The schema, which is a table itself, comes first.
    fn tables(&mut self) -> Vec<Table> {
        let schema = Table { name: b"schema".to_vec(), root: 1, is_index_of_itself: false };
        let mut tables = Vec::new();
        let database = self.database;
        let mut seen = BTreeSet::new();
        database.each_row(1, DEEPEST, &mut |page| seen.insert(page), &mut |row: Row| {
            let column = |index: usize| row.columns.get(index).cloned().unwrap_or_default();
            let root = String::from_utf8_lossy(&column(3)).parse().unwrap_or(0);
            if column(0) == b"table" && root > 1 {
                let sql = column(4).to_ascii_uppercase();
                let is_index_of_itself = memchr::memmem::find(&sql, b"WITHOUT ROWID").is_some();
                tables.push(Table { name: column(1), root, is_index_of_itself });
            }
        });
        tables.insert(0, schema);
        tables
    }

    fn table(&mut self, table: &Table) -> Result<(), Stop> {
        let inside = self.place.unpacked(&table.name);
        let (mut text, mut failed) = (Vec::new(), Ok(()));
        let (run, database, owned) = (self.run, self.database, &mut self.owned);
        database.each_row(table.root, DEEPEST, &mut |page| owned.insert(page), &mut |row| {
            row.write(&mut text);
            if text.len() > BATCH && failed.is_ok() {
                failed = push(run, &inside, &mut text);
            }
        });
        failed?;
        push(run, &inside, &mut text)
    }

    /// Scans the pages that are no table's: free ones keep what was deleted. Those of indexes repeat
    /// what tables have.
    fn rest(&mut self, has_rows_in_indexes: bool) -> Result<(), Stop> {
        let inside = self.place.unpacked(b"free pages");
        let mut text = Vec::new();
        for number in 1..=self.database.page_count() {
            if self.run.is_over() {
                return Err(Stop::Input);
            }
            let page = self.database.page(number).unwrap_or_default();
            let kind = self.database.kind(number);
            match kind {
                _ if self.owned.contains(&number) => text.extend(self.database.gap(number)),
                Some(PageKind::Index) if !has_rows_in_indexes => {}
                Some(PageKind::TableLeaf) => {
                    let owned = &mut self.owned;
                    let mut is_new = |page| owned.insert(page);
                    self.database.each_row(number, 0, &mut is_new, &mut |row| row.write(&mut text));
                }
                _ => text.extend_from_slice(page),
            }
            text.push(b'\n');
            if text.len() > BATCH {
                push(self.run, &inside, &mut text)?;
            }
        }
        push(self.run, &inside, &mut text)
    }
}

/// Scans what was gathered.
fn push(run: &Run<'_>, inside: &Place, text: &mut Vec<u8>) -> Result<(), Stop> {
    if text.iter().all(|byte| matches!(byte, 0 | b'\n')) {
        text.clear();
        return Ok(());
    }
    let read = run.text(inside, text);
    text.clear();
    read.map(|_| ()).map_err(Stop::from)
}
