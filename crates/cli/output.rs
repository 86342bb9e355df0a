//! Where reports go: standard output, or files that appear whole or not at all.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{Metadata, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use tempfile::NamedTempFile;
use tightlip_model::{Finding, Reporter, ScanInfo, Summary, UnknownName};
use tightlip_report::{Format, InventoryFormat, InventoryReport, ReportOptions, reporter};

use crate::args::{CommonArgs, When};

/// The formats of one kind of report.
pub(crate) trait Formats: FromStr<Err = UnknownName> + Copy {
    /// What a person reads at a terminal.
    const FOR_PEOPLE: Self;
}

impl Formats for Format {
    const FOR_PEOPLE: Self = Self::Human;
}

impl Formats for InventoryFormat {
    const FOR_PEOPLE: Self = Self::Table;
}

/// One report and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target<F> {
    pub(crate) format: F,
    /// `None` is standard output.
    pub(crate) file: Option<PathBuf>,
}

/// Every report the user asked for.
pub(crate) struct Outputs {
    reports: Vec<Report>,
}

/// One report on its way.
struct Report {
    format: Format,
    reporter: Box<dyn Reporter>,
    /// The file it becomes; `None` for what is written straight through.
    file: Placed,
    /// What kept it from being written; the others go on.
    failure: Option<io::Error>,
}

impl Outputs {
    /// Opens them all. A file is written beside its final place, readable by its owner only.
    pub(crate) fn open(args: &CommonArgs) -> anyhow::Result<Self> {
        let reports = targets(args)?.into_iter().map(|target| Report::open(target, args));
        Ok(Self { reports: reports.collect::<anyhow::Result<_>>()? })
    }

    /// Whether a person reads one of the reports as it comes.
    pub(crate) fn has_reader(&self) -> bool {
        self.reports.iter().any(|report| report.file.is_none() && report.format == Format::Human)
    }

    /// Puts the written files in their places: all that can be, whatever became of the others.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let results: Vec<anyhow::Result<()>> =
            self.reports.into_iter().map(Report::finish).collect();
        results.into_iter().collect()
    }

    fn each(&mut self, act: impl Fn(&mut dyn Reporter) -> io::Result<()>) {
        for report in self.reports.iter_mut().filter(|report| report.failure.is_none()) {
            report.failure = act(report.reporter.as_mut()).err();
        }
    }
}

impl Report {
    fn open(target: Target<Format>, args: &CommonArgs) -> anyhow::Result<Self> {
        let options = options(args, target.is_terminal());
        let (writer, file) = writer(target.file)?;
        let reporter = reporter(target.format, writer, &options);
        Ok(Self { format: target.format, reporter, file, failure: None })
    }

    fn finish(self) -> anyhow::Result<()> {
        if let Some(error) = self.failure {
            return Err(error).context("cannot write the report");
        }
        drop(self.reporter);
        put(self.file)
    }
}

impl<F> Target<F> {
    /// Whether it goes to a terminal.
    fn is_terminal(&self) -> bool {
        self.file.is_none() && io::stdout().is_terminal()
    }
}

/// Writes reports of an inventory: `write` is told the format and what it is to look like.
pub(crate) fn write_inventory(
    targets: Vec<Target<InventoryFormat>>,
    args: &CommonArgs,
    report: &InventoryReport<'_>,
) -> anyhow::Result<()> {
    for target in targets {
        let options = options(args, target.is_terminal());
        let (mut writer, file) = writer(target.file)?;
        target.format.write(report, &options, &mut writer).context("cannot write the report")?;
        writer.flush().context("cannot write the report")?;
        drop(writer);
        put(file)?;
    }
    Ok(())
}

/// A file under its temporary name, and the name it is to get.
type Placed = Option<(PathBuf, SharedFile)>;

/// What to write to for a report that goes to `file`, or to standard output.
fn writer(file: Option<PathBuf>) -> anyhow::Result<(Box<dyn Write>, Placed)> {
    Ok(match file {
        None => (Box::new(BufWriter::new(io::stdout())), None),
        Some(path) if is_device(&path)? => {
            let opened = OpenOptions::new().write(true).open(&path);
            let device = opened.with_context(|| format!("cannot write to `{}`", path.display()))?;
            (Box::new(BufWriter::new(device)), None)
        }
        Some(path) => {
            let file = SharedFile::beside(&path)?;
            (Box::new(file.clone()), Some((path, file)))
        }
    })
}

/// Gives a written file its name.
fn put(file: Placed) -> anyhow::Result<()> {
    let Some((path, file)) = file else { return Ok(()) };
    file.put(&path).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Whether a path is to be written through and never replaced: a terminal, a pipe, `/dev/null`.
fn is_device(path: &Path) -> anyhow::Result<bool> {
    if path.starts_with("/dev") || path.starts_with("/proc") {
        return Ok(true);
    }
    let found = path.metadata();
    if path.as_os_str().is_empty() || found.as_ref().is_ok_and(Metadata::is_dir) {
        bail!("cannot write a report to `{}`: name a file", path.display());
    }
    Ok(found.is_ok_and(|found| !found.is_file()))
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
    let columns = columns.or_else(|| {
        let (width, _) = terminal_size::terminal_size().filter(|_| is_terminal)?;
        Some(usize::from(width.0))
    });
    ReportOptions {
        show_secrets: args.show_secrets,
        color,
        width: columns.unwrap_or(100),
        verbose: args.verbose,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: crate::setup::now().try_into().unwrap_or(i64::MAX),
    }
}

/// Where the reports go that `--format` and `--output` ask for, each place once.
pub(crate) fn targets<F: Formats>(args: &CommonArgs) -> anyhow::Result<Vec<Target<F>>> {
    let main = args.format.as_deref().map(str::parse::<F>).transpose()?;
    let mut targets = Vec::new();
    let mut is_main_taken = false;
    for output in &args.output {
        let (named, file) = split::<F>(output)?;
        is_main_taken |= named.is_none();
        let format = named.or(main).or_else(|| by_ending(file)).unwrap_or(F::FOR_PEOPLE);
        let is_standard = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(&file);
        targets.push(Target { format, file: (!is_standard).then(|| PathBuf::from(file)) });
    }
    let is_stdout_taken = targets.iter().any(|target| target.file.is_none());
    if !is_main_taken && !is_stdout_taken {
        targets.insert(0, Target { format: main.unwrap_or(F::FOR_PEOPLE), file: None });
    } else if !is_main_taken && main.is_some() {
        bail!("standard output is taken by `--output`: give `--format` a file of its own");
    }
    let mut places = BTreeSet::new();
    if let Some(twice) = targets.iter().find(|target| !places.insert(&target.file)) {
        let name = twice.file.as_deref().unwrap_or(Path::new("-"));
        bail!("two reports cannot both go to `{}`", name.display());
    }
    Ok(targets)
}

/// Splits `FORMAT=FILE`; a plain file has no format. A word that is no format is a slip of the pen
/// rather than the beginning of a file's name.
fn split<F: Formats>(output: &str) -> anyhow::Result<(Option<F>, &str)> {
    let Some((name, file)) = output.split_once('=') else { return Ok((None, output)) };
    if name.contains(['/', '.']) {
        return Ok((None, output));
    }
    let format = name.parse::<F>();
    let format = format.with_context(|| format!("for a file of that name write `./{output}`"))?;
    Ok((Some(format), file))
}

/// The format that a file's ending speaks of.
fn by_ending<F: Formats>(file: &str) -> Option<F> {
    let name = match Path::new(file).extension()?.to_str()? {
        "md" => "markdown",
        "htm" => "html",
        "xml" => "junit",
        ending => ending,
    };
    name.parse().ok()
}

/// A file under a temporary name; dropped without [`SharedFile::put`] it is removed. It is made when
/// the first byte is written, so that a run that is killed before leaves nothing behind.
#[derive(Clone)]
struct SharedFile(Rc<RefCell<Pending>>);

struct Pending {
    folder: PathBuf,
    file: Option<BufWriter<NamedTempFile>>,
}

impl Pending {
    fn open(&mut self) -> io::Result<&mut BufWriter<NamedTempFile>> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => {
                let mut builder = tempfile::Builder::new();
                let file = builder.prefix(".tightlip-").suffix(".tmp").tempfile_in(&self.folder)?;
                Ok(none.insert(BufWriter::new(file)))
            }
        }
    }
}

impl SharedFile {
    /// A file for the folder of `path`, which must take files.
    fn beside(path: &Path) -> anyhow::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let refused = format!("cannot write a report in `{}`", folder.display());
        let mut pending = Pending { folder, file: None };
        pending.open().context(refused)?;
        pending.file = None;
        Ok(Self(Rc::new(RefCell::new(pending))))
    }

    /// Renames it to `path`; a link that stands there is replaced, not followed.
    fn put(self, path: &Path) -> io::Result<()> {
        let pending = Rc::into_inner(self.0).map(RefCell::into_inner);
        let mut pending = pending.ok_or_else(|| io::Error::other("still being written"))?;
        pending.open()?;
        let Some(writer) = pending.file else { return Ok(()) };
        let file = writer.into_inner().map_err(|error| error.into_error())?;
        file.as_file().sync_data()?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }
}

impl Write for SharedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().open()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().file.as_mut().map_or(Ok(()), Write::flush)
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
        targets::<Format>(&args).unwrap().into_iter().map(|one| (one.format, one.file)).collect()
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
    fn the_ending_of_a_file_tells_its_format_unless_the_user_does() {
        assert_eq!(parsed(None, &["r.sarif"]), [(Format::Sarif, Some("r.sarif".into()))]);
        assert_eq!(parsed(Some("json"), &["r.sarif"]), [(Format::Json, Some("r.sarif".into()))]);
    }

    #[test]
    fn a_slip_of_the_pen_is_no_file_name() {
        let args = CommonArgs { output: vec!["serif=r.sarif".into()], ..CommonArgs::default() };
        assert!(targets::<Format>(&args).is_err());
        assert_eq!(parsed(None, &["./a=b.json"]), [(Format::Json, Some("./a=b.json".into()))]);
    }

    #[test]
    fn two_reports_do_not_share_a_place() {
        for output in [["r", "r"], ["json=-", "sarif=-"], ["json=-", "sarif=/dev/stdout"]] {
            let output = output.map(str::to_owned).to_vec();
            let args = CommonArgs { output, ..CommonArgs::default() };
            assert!(targets::<Format>(&args).is_err());
        }
    }

    #[test]
    fn a_device_is_written_through_and_a_folder_refused() {
        assert!(is_device(Path::new("/dev/null")).unwrap());
        assert!(!is_device(Path::new("Cargo.toml")).unwrap());
        assert!(!is_device(Path::new("not-there-yet")).unwrap());
        assert!(is_device(Path::new("crates")).is_err());
        assert!(is_device(Path::new("")).is_err());
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
