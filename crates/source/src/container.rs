//! What is inside of archives and compressed files, in whatever place these come from.
//!
//! Owns: telling a container by its content, reading its members as a stream, one inside the other,
//! within bounds, and saying what could not be read. A format has a file each. Nothing is ever
//! written to disk, and nothing is held but a window. Leaves to others: where containers come from.

mod ar;
mod bounds;
mod budget;
mod cpio;
mod decode;
mod format;
mod key_store;
mod known;
mod mail;
mod packed;
mod pdf;
mod rpm;
mod seven_zip;
mod sqlite;
mod strings;
mod stub;
mod tar;
mod unpack;
mod zip;

use std::cell::{Cell, RefCell};
use std::io::{self, Read};

use tightlip_model::{Blob, Line, LineSpan, Problem, Provenance, Sink, SkipReason, Worker};

use self::bounds::Bound;
pub use self::bounds::Bounds;
use self::budget::Budget;
use self::decode::Metered;
use self::format::Format;
pub(crate) use self::known::Known;
use self::packed::Packed;
use crate::image::Images;
use crate::pieces::{Piece, Pieces};

/// Problems told one by one for one file; the rest is counted.
const MOST_TOLD: u64 = 20;

/// What counts of a member: all of it, spelled out.
const EVERY_LINE: [LineSpan; 1] = [LineSpan { first: Line(1), last: Line(u64::MAX) }];

/// Whether a content holds other content.
pub(crate) fn is_container(content: &[u8]) -> bool {
    Format::of(content).is_some()
}

/// Where a content goes, and where it stands.
pub(crate) struct Target<'a> {
    /// The run.
    pub(crate) sink: &'a dyn Sink,
    /// The calling thread's worker.
    pub(crate) worker: &'a mut dyn Worker,
    /// The place.
    pub(crate) provenance: &'a Provenance,
    /// How much of a container is read.
    pub(crate) bounds: &'a Bounds,
    /// What earlier versions of a container held: nothing of that counts.
    pub(crate) known: Option<&'a Known>,
}

/// Scans a stream and, when it is a container, what is inside; gives the number of bytes read.
///
/// `size` is its length when that is known, zero otherwise; `watch` sees each piece of what is no
/// container. When reading fails, what was read until then is scanned first.
pub(crate) fn scan(
    pieces: &mut Pieces,
    reader: &mut dyn Read,
    size: u64,
    target: Target<'_>,
    mut watch: impl FnMut(Piece<'_>),
) -> io::Result<u64> {
    let begun = pieces.begin(reader, size, Format::is_stream);
    let Target { sink, worker, provenance, bounds, known } = target;
    let Some(format) = Format::of(pieces.held(&begun)) else {
        return pieces.go_on(begun, reader, |piece| {
            watch(piece);
            worker.blob(piece.blob(provenance));
        });
    };
    let outer = provenance.path.as_bytes().len();
    let run = Run { known, outer, ..Run::new((sink, bounds), worker, size) };
    let place = Place::outermost(provenance.clone());
    let mut packed = Packed::new(&run, &place, (begun, reader), pieces);
    run.open(&place, format, &mut packed);
    let read = packed.finish();
    run.tell_rest(&place);
    run.images.take().layers().into_iter().for_each(|layer| sink.layer(layer));
    read
}

/// Why the inside of a container was not read to its end.
enum Stop {
    /// Its bytes could not be read, or the run ends: someone else says so.
    Input,
    /// It is damaged, in the way the words say.
    Broken(String),
    /// It only looked like one, or is none that can be opened.
    NoContainer,
    /// It has to be held in memory to be opened, and is too long for that.
    TooLong,
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Input
    }
}

/// The place of a container or of a member.
struct Place {
    provenance: Provenance,
    /// How much of the path names the container that members are members of.
    stem: usize,
    depth: u32,
}

impl Place {
    fn outermost(provenance: Provenance) -> Self {
        let stem = provenance.path.0.len();
        Self { provenance, stem, depth: 0 }
    }

    const fn is_outermost(&self) -> bool {
        self.depth == 0
    }

    /// The place of a member.
    fn member(&self, name: &[u8]) -> Self {
        let mut provenance = self.provenance.clone();
        let path = &mut provenance.path.0;
        path.truncate(self.stem);
        path.push(b'!');
        path.extend_from_slice(name.strip_prefix(b"./").unwrap_or(name));
        let stem = path.len();
        Self { provenance, stem, depth: self.depth + 1 }
    }

    /// The place of what a compressed file holds. If that is a container, its members are said to be
    /// in the compressed file.
    fn unpacked(&self, name: &[u8]) -> Self {
        Self { stem: self.stem, ..self.member(name) }
    }

    /// What problems call it: the path, after the blob's id where only that is known.
    fn subject(&self) -> Vec<u8> {
        let path = self.provenance.path.as_bytes();
        let inside = path.is_empty() || path.starts_with(b"!");
        let id = self.provenance.blob.filter(|_| inside).map(|id| id.to_string());
        [id.unwrap_or_default().as_bytes(), path].concat()
    }
}

/// The scan of one outermost container.
struct Run<'a> {
    sink: &'a dyn Sink,
    worker: RefCell<&'a mut dyn Worker>,
    budget: Budget,
    /// Nothing more is to be read: a bound was reached.
    is_over: Cell<bool>,
    told: Cell<u64>,
    spare: RefCell<Vec<Pieces>>,
    known: Option<&'a Known>,
    /// How much of a path names the outermost container.
    outer: usize,
    images: RefCell<Images>,
}

impl<'a> Run<'a> {
    fn new((sink, bounds): (&'a dyn Sink, &Bounds), worker: &'a mut dyn Worker, size: u64) -> Self {
        let budget = Budget::new(*bounds);
        budget.pack(size);
        let (is_over, told, spare) = (Cell::new(false), Cell::new(0), RefCell::default());
        let (worker, images) = (RefCell::new(worker), RefCell::default());
        Self { sink, worker, budget, is_over, told, spare, known: None, outer: 0, images }
    }

    /// Reads the members of a container.
    fn open(&self, place: &Place, format: Format, packed: &mut Packed<'_, '_>) {
        if let Err(bound) = self.budget.descend(place.depth) {
            return self.tell_bound(place, bound);
        }
        let read = match format {
            Format::Zip => zip::scan(self, place, packed),
            Format::Tar => tar::scan(self, place, packed),
            Format::Packed(codec) => unpack::scan(self, place, packed, codec),
            Format::Ar => ar::scan(self, place, packed),
            Format::Cpio => cpio::scan(self, place, packed),
            Format::Rpm => rpm::scan(self, place, packed),
            Format::SevenZip => seven_zip::scan(self, place, packed),
            Format::Mail => mail::scan(self, place, packed),
            Format::Pdf => pdf::scan(self, place, packed),
            Format::Sqlite => sqlite::scan(self, place, packed),
            Format::Strings(kind) => strings::scan(self, place, packed, kind),
            Format::Stub => stub::scan(self, place, packed),
            Format::Unopened => Err(Stop::NoContainer),
        };
        match read {
            Ok(()) | Err(Stop::Input) => {}
            Err(Stop::Broken(_)) if packed.has_failed() => {}
            Err(Stop::Broken(message)) => self.problem(place, message),
            Err(Stop::NoContainer | Stop::TooLong) => {
                self.worker.borrow_mut().skip(SkipReason::Container, &place.subject());
            }
        }
    }

    /// Scans a member, which may be a container itself. Fails as its reader does.
    fn member(&self, place: &Place, reader: &mut dyn Read, size: u64) -> io::Result<u64> {
        self.member_as(Format::of, place, reader, size)
    }

    /// Scans a member, which is a container if `format` says so.
    fn member_as(
        &self,
        format: impl Fn(&[u8]) -> Option<Format>,
        place: &Place,
        reader: &mut dyn Read,
        size: u64,
    ) -> io::Result<u64> {
        if let Err(bound) = self.budget.enter() {
            self.end(place, bound);
            return Err(stopped());
        }
        let spare = self.spare.borrow_mut().pop();
        let mut pieces = spare.unwrap_or_else(|| Pieces::new(self.sink.reach()));
        let begun = pieces.begin(reader, size, Format::is_stream);
        let read = match format(pieces.held(&begun)) {
            None => pieces.go_on(begun, reader, |piece| self.blob(piece, place)),
            Some(format) => {
                let mut packed = Packed::new(self, place, (begun, reader), &mut pieces);
                self.open(place, format, &mut packed);
                packed.finish()
            }
        };
        self.spare.borrow_mut().push(pieces);
        read
    }

    /// Scans a text that was made from a member.
    fn text(&self, place: &Place, text: &[u8]) -> io::Result<u64> {
        self.member(place, &mut Metered::new(self, place, text), text.len() as u64)
    }

    /// The same for one that is no container, whatever it begins with.
    fn plain(&self, place: &Place, text: &[u8]) -> io::Result<u64> {
        let mut reader = Metered::new(self, place, text);
        self.member_as(|_| None, place, &mut reader, text.len() as u64)
    }

    fn blob(&self, piece: Piece<'_>, place: &Place) {
        if place.depth == 1 && piece.is_whole() {
            self.images.borrow_mut().see(piece.bytes, self.outer, &place.provenance);
        }
        let member = place.provenance.path.as_bytes().get(self.outer..).unwrap_or_default();
        let new = self.known.and_then(|known| known.added(member, &piece));
        if new.as_ref().is_some_and(Vec::is_empty) {
            return;
        }
        // No blob of git can be made from what stands in one: it is not marked as whole.
        let added = Some(new.as_deref().unwrap_or(&EVERY_LINE));
        let blob = Blob { added, ..piece.blob(&place.provenance) };
        self.worker.borrow_mut().blob(blob);
    }

    /// Ends the whole for a bound that was reached at `place`.
    fn end(&self, place: &Place, bound: Bound) {
        if !self.is_over.replace(true) {
            self.tell_bound(place, bound);
        }
    }

    /// Says that a bound was reached: a bound that the user set was wanted.
    fn tell_bound(&self, place: &Place, bound: Bound) {
        match bound {
            Bound::Own(message) => self.problem(place, message),
            Bound::Chosen if self.sink.is_stopped() => {}
            Bound::Chosen => {
                self.worker.borrow_mut().skip(SkipReason::ContainerBound, &place.subject());
            }
        }
    }

    /// Whether nothing more is to be read.
    fn is_over(&self) -> bool {
        self.is_over.get() || self.sink.is_stopped()
    }

    fn problem(&self, place: &Place, message: String) {
        // What seems cut off may just be left.
        if self.sink.is_stopped() {
            return;
        }
        self.told.set(self.told.get() + 1);
        if self.told.get() <= MOST_TOLD {
            let problem = Problem::new(place.subject().as_slice(), message);
            self.worker.borrow_mut().problem(problem);
        }
    }

    /// Says how many problems were not told.
    fn tell_rest(&self, place: &Place) {
        if let Some(rest) = self.told.get().checked_sub(MOST_TOLD).filter(|rest| *rest > 0) {
            let message = format!("{rest} more of its members could not be read as they should");
            let problem = Problem::new(place.subject().as_slice(), message);
            self.worker.borrow_mut().problem(problem);
        }
    }
}

/// Ends reading where nothing more is wanted.
fn stopped() -> io::Error {
    io::Error::other("stopped")
}
