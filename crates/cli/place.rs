//! Where settings are read from: a folder, or the tree of a commit.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::config::MOST_BYTES;

/// A place that holds `.tightlip.yaml`, the baseline and rule files.
pub(crate) trait Place {
    /// The text of the file at a relative path; `None` where there is none.
    ///
    /// # Errors
    /// When it is there and cannot be used.
    fn read(&self, path: &str) -> anyhow::Result<Option<String>>;

    /// The names of the files in the folder at a relative path; `None` where it is no folder.
    ///
    /// # Errors
    /// When it is there and cannot be listed.
    fn list(&self, path: &str) -> anyhow::Result<Option<Vec<String>>>;

    /// How messages call the file at a relative path.
    fn name(&self, path: &str) -> PathBuf;
}

/// A folder of the file system.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Place for Folder {
    fn read(&self, path: &str) -> anyhow::Result<Option<String>> {
        let file = self.0.join(path);
        match file.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", file.display())),
            Ok(found) if found.is_symlink() => {
                bail!("`{}` is a link: settings are read from regular files only", file.display())
            }
            Ok(_) => read_file(&file, MOST_BYTES).map(Some),
        }
    }

    fn list(&self, path: &str) -> anyhow::Result<Option<Vec<String>>> {
        let folder = self.0.join(path);
        if !folder.is_dir() {
            return Ok(None);
        }
        let entries = folder.read_dir().and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.with_context(|| format!("cannot list `{}`", folder.display()))?;
        let names = entries.iter().filter_map(|entry| entry.file_name().into_string().ok());
        Ok(Some(names.collect()))
    }

    fn name(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

/// The text of a file that the user named; it must be there, regular and of at most `most` bytes.
pub(crate) fn read_file(path: &Path, most: u64) -> anyhow::Result<String> {
    let shown = path.display();
    let found = path.metadata().with_context(|| format!("cannot read `{shown}`"))?;
    if !found.is_file() {
        bail!("`{shown}` is no regular file");
    }
    if found.len() > most {
        bail!("`{shown}` has {} bytes, at most {most} are read", found.len());
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        anyhow::anyhow!("{shown}:{line}: no UTF-8: save the file in that encoding")
    })
}
