//! The cache of sweeps: where it lies, and what decides whether an object scanned earlier would be
//! found clean again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use tightlip_source::{HistoryOptions, SweepCache};

use crate::args::CacheArgs;
use crate::message;
use crate::setup::{self, Setup};

/// Some proofs judge a token's date by today's: what was found clean is believed for so many seconds
/// at most, 30 days.
const PERIOD: u64 = 30 * 86_400;

/// The cache that the flags ask for, for sweeps with these settings.
pub(crate) fn open(
    args: &CacheArgs,
    setup: &Setup,
    options: &HistoryOptions,
) -> anyhow::Result<Option<Arc<SweepCache>>> {
    let Some(folder) = args.cache.as_ref().filter(|_| !args.no_cache) else { return Ok(None) };
    let folder = folder.clone().or_else(default_folder);
    let folder = folder.context("there is no home for a cache: name a folder, `--cache=DIR`")?;
    let bounds = format!("{:?} {:?}", options.max_file_size, options.bounds);
    let depth = setup.decode_depth.to_string();
    let period = (setup::now() / PERIOD).to_string();
    let mut settings = vec![engine(), bounds, depth, period];
    settings.extend(setup.rule_files.iter().map(|(_, text)| text.clone()));
    let settings: Vec<&[u8]> = settings.iter().map(String::as_bytes).collect();
    Ok(Some(Arc::new(SweepCache::new(folder, &settings))))
}

/// Says what went wrong with a cache.
pub(crate) fn tell(cache: Option<&Arc<SweepCache>>) {
    cache.iter().flat_map(|cache| cache.told()).for_each(|said| message::warning(&said));
}

/// Which program this is: its version, and the size and time of its file, which tell one build of a
/// version from another.
fn engine() -> String {
    let file = std::env::current_exe().and_then(|path| path.metadata()).ok();
    let time = file.as_ref().and_then(|file| file.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    let size = file.map_or(0, |file| file.len());
    format!("{} {size} {}", env!("CARGO_PKG_VERSION"), time.unwrap_or_default().as_nanos())
}

fn default_folder() -> Option<PathBuf> {
    let named =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || named("HOME").map(|home| home.join(".cache"));
    let caches = named("XDG_CACHE_HOME").or_else(home).or_else(|| named("LOCALAPPDATA"));
    caches.map(|caches| caches.join("tightlip"))
}
