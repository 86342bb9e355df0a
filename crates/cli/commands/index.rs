//! The index as a place of settings: what a commit brings is judged by what it brings itself, not by
//! what lies unstaged in the work tree.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use tightlip_git::{EntryMode, Index, IndexEntry, Objects};

use crate::commands::repository::Opened;
use crate::config::MOST_BYTES;
use crate::place::Place;

/// The files that the next commit holds.
pub(crate) struct Staging {
    index: Index,
    objects: Objects,
}

impl Staging {
    /// The index of `opened`.
    pub(crate) fn of(opened: &Opened) -> anyhow::Result<Self> {
        Ok(Self {
            index: opened.index()?,
            objects: opened.repository.objects().with_limit(MOST_BYTES),
        })
    }

    /// The entries that a commit would take.
    fn entries(&self) -> impl Iterator<Item = IndexEntry<'_>> {
        self.index.entries().filter(|entry| entry.stage == 0 && !entry.flags.intent_to_add)
    }
}

impl Place for Staging {
    fn read(&self, path: &str) -> anyhow::Result<Option<String>> {
        let path = spelled(path);
        let Some(entry) = self.entries().find(|entry| entry.path == path.as_bytes()) else {
            return Ok(None);
        };
        if entry.entry_mode() != EntryMode::File {
            bail!("`:{path}` is no regular file: settings are read from regular files only");
        }
        let mut bytes = Vec::new();
        self.objects
            .read(&entry.id, &mut bytes)
            .with_context(|| format!("cannot read `:{path}`"))?;
        let text = String::from_utf8(bytes);
        text.map(Some).with_context(|| format!("`:{path}` is no text"))
    }

    fn list(&self, path: &str) -> anyhow::Result<Option<Vec<String>>> {
        let folder = format!("{}/", spelled(path));
        let below = self.entries().filter_map(|entry| entry.path.strip_prefix(folder.as_bytes()));
        let mut below = below.peekable();
        if below.peek().is_none() {
            return Ok(None);
        }
        let names = below.filter(|name| !name.contains(&b'/'));
        Ok(Some(names.filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect()))
    }

    /// As git spells a file of the index.
    fn name(&self, path: &str) -> PathBuf {
        PathBuf::from(format!(":{path}"))
    }
}

/// A path as the index has it, without `.` and needless `/`.
fn spelled(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}
