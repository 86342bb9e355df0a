//! Where reports go: standard output, or files that appear whole or not at all.

use std::cell::RefCell;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Context as _;
use tempfile::NamedTempFile;
use tightlip_model::{Finding, Reporter, ScanInfo, Summary};
use tightlip_report::{Format, ReportOptions, reporter};

use crate::args::{CommonArgs, When};

/// One report and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    format: Format,
    /// `None` is standard output.
    file: Option<PathBuf>,
}

/// Every report the user asked for.
pub(crate) struct Outputs {
    reporters: Vec<Box<dyn Reporter>>,
    files: Vec<(PathBuf, SharedFile)>,
    is_for_people: bool,
    /// The first failure to write; later reports are still tried.
    failure: Option<io::Error>,
}

impl Outputs {
    /// Opens them all. A file is written beside its final place, readable by its owner only.
    pub(crate) fn open(args: &CommonArgs) -> anyhow::Result<Self> {
        let mut outputs =
            Self { reporters: Vec::new(), files: Vec::new(), is_for_people: false, failure: None };
        for target in targets(args)? {
            outputs.add(target, args)?;
        }
        Ok(outputs)
    }

    fn add(&mut self, target: Target, args: &CommonArgs) -> anyhow::Result<()> {
        let Some(path) = target.file else {
            self.is_for_people |= target.format == Format::Human;
            let writer = Box::new(BufWriter::new(io::stdout()));
            let options = options(args, io::stdout().is_terminal());
            self.reporters.push(reporter(target.format, writer, &options));
            return Ok(());
        };
        let file = SharedFile::beside(&path)?;
        let writer = Box::new(file.clone());
        self.reporters.push(reporter(target.format, writer, &options(args, false)));
        self.files.push((path, file));
        Ok(())
    }

    /// Whether a person reads one of the reports as it comes.
    pub(crate) fn has_reader(&self) -> bool {
        self.is_for_people
    }

    /// Puts the written files in their places.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        if let Some(error) = self.failure {
            return Err(error).context("cannot write the report");
        }
        drop(self.reporters);
        for (path, file) in self.files {
            file.put(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(())
    }

    fn each(&mut self, act: impl Fn(&mut dyn Reporter) -> io::Result<()>) {
        for reporter in &mut self.reporters {
            if let Err(error) = act(reporter.as_mut()) {
                self.failure.get_or_insert(error);
            }
        }
    }
}

impl Reporter for Outputs {
    fn begin(&mut self, scan: &ScanInfo) -> io::Result<()> {
        self.each(|reporter| reporter.begin(scan));
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.each(|reporter| reporter.finding(finding));
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.each(|reporter| reporter.finish(summary));
        Ok(())
    }
}

fn options(args: &CommonArgs, is_terminal: bool) -> ReportOptions {
    let color = match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()),
    };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    ReportOptions {
        show_secrets: args.show_secrets,
        color,
        width: columns.unwrap_or(100),
        verbose: args.verbose,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn targets(args: &CommonArgs) -> anyhow::Result<Vec<Target>> {
    let main = args.format.as_deref().unwrap_or("human").parse::<Format>()?;
    let mut targets = Vec::new();
    let mut is_main_taken = false;
    for output in &args.output {
        let named =
            output.split_once('=').and_then(|(name, file)| Some((name.parse().ok()?, file)));
        let (format, file) = named.unwrap_or((main, output.as_str()));
        is_main_taken |= named.is_none();
        let file = (file != "-").then(|| PathBuf::from(file));
        targets.push(Target { format, file });
    }
    if !is_main_taken && targets.iter().all(|target| target.file.is_some()) {
        targets.insert(0, Target { format: main, file: None });
    }
    Ok(targets)
}

/// A file under a temporary name; dropped without [`SharedFile::put`] it is removed.
#[derive(Clone)]
struct SharedFile(Rc<RefCell<BufWriter<NamedTempFile>>>);

impl SharedFile {
    fn beside(path: &Path) -> anyhow::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".tightlip-")
            .suffix(".tmp")
            .tempfile_in(folder)
            .with_context(|| format!("cannot write a report in `{}`", folder.display()))?;
        Ok(Self(Rc::new(RefCell::new(BufWriter::new(file)))))
    }

    /// Renames it to `path`; a link that stands there is replaced, not followed.
    fn put(self, path: &Path) -> io::Result<()> {
        let writer =
            Rc::into_inner(self.0).ok_or_else(|| io::Error::other("still being written"))?;
        let file = writer.into_inner().into_inner().map_err(|error| error.into_error())?;
        file.as_file().sync_data()?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }
}

impl Write for SharedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(format: Option<&str>, output: &[&str]) -> Vec<(Format, Option<PathBuf>)> {
        let args = CommonArgs {
            format: format.map(str::to_owned),
            output: output.iter().map(|&one| one.to_owned()).collect(),
            ..CommonArgs::default()
        };
        targets(&args).unwrap().into_iter().map(|one| (one.format, one.file)).collect()
    }

    #[test]
    fn without_flags_a_person_reads_standard_output() {
        assert_eq!(parsed(None, &[]), [(Format::Human, None)]);
    }

    #[test]
    fn a_plain_output_takes_the_main_report_and_a_named_one_stands_beside_it() {
        assert_eq!(parsed(Some("json"), &["r.json"]), [(Format::Json, Some("r.json".into()))]);
        assert_eq!(
            parsed(None, &["json=r.json"]),
            [(Format::Human, None), (Format::Json, Some("r.json".into()))]
        );
        assert_eq!(parsed(None, &["json=-"]), [(Format::Json, None)]);
    }

    #[test]
    fn a_file_whose_name_holds_an_equals_sign_is_a_file() {
        assert_eq!(parsed(Some("json"), &["a=b.json"]), [(Format::Json, Some("a=b.json".into()))]);
    }

    #[test]
    fn a_report_that_is_not_finished_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        let mut file = SharedFile::beside(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_report_is_replaced_and_not_followed() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (victim, path) = (folder.path().join("victim"), folder.path().join("r.json"));
        std::fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        let mut file = SharedFile::beside(&path).unwrap();
        file.write_all(b"report").unwrap();
        file.put(&path).unwrap();
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
        assert_eq!(std::fs::read(&path).unwrap(), b"report");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
