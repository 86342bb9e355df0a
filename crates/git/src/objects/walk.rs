//! Walking over every object of the store, each once, on several threads.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::thread::Builder;

use super::{NumberedPack, Objects, PackSet};
use crate::error::GitError;
use crate::loose;
use crate::object_id::{ObjectId, ObjectKind};
use crate::pack::Pack;
use crate::pack::index::PackTable;
use crate::pack::plan::Plan;
use crate::pack::walk::PackWalk;
use crate::visit::{self, Verify, Visitor, WalkOptions};

/// What the parts of one walk share.
struct Walk<'a> {
    objects: &'a Objects,
    options: &'a WalkOptions,
    packs: Arc<PackSet>,
    stop: AtomicBool,
}

impl Objects {
    /// Hands every object of the store to the visitors, each id once, and gives the visitors back.
    /// One visitor is made a thread; the order of objects is that of the packs, then the loose
    /// ones, but differs from run to run when there are several threads. What cannot be read is
    /// handed out as a problem and the walk goes on.
    pub fn for_each<V: Visitor + Send>(
        &self,
        options: &WalkOptions,
        visitor: impl FnMut() -> V,
    ) -> Vec<V> {
        let mut visitors: Vec<V> =
            std::iter::repeat_with(visitor).take(options.jobs.max(1)).collect();
        self.rescan_if_gone();
        let packs = self.packs();
        let walk = Walk { objects: self, options, packs, stop: AtomicBool::new(false) };
        if walk.run(&mut visitors).is_break() {
            walk.stop.store(true, Ordering::Relaxed);
        }
        visitors
    }

    /// Packs stay readable while they are open, so that only one that has gone before needs care.
    fn rescan_if_gone(&self) {
        let gone = |pack: &NumberedPack| pack.pack.file().is_err_and(|error| error.is_not_found());
        if self.packs().packs.iter().any(gone) {
            self.rescan();
        }
    }
}

impl Walk<'_> {
    fn run<V: Visitor + Send>(&self, visitors: &mut [V]) -> ControlFlow<()> {
        for problem in self.objects.problems() {
            first(visitors).map_or(ControlFlow::Continue(()), |v| v.problem(problem))?;
        }
        let mut tables = Vec::new();
        for pack in &self.packs.packs {
            // What only a pack that cannot be opened has in common with another is not left out.
            match pack.pack.file().and_then(|_| pack.pack.index().load()) {
                Ok(table) => tables.push((&*pack.pack, table)),
                Err(error) => report(visitors, error)?,
            }
        }
        let skips = repeated(&tables);
        for ((pack, table), skip) in tables.iter().zip(skips) {
            self.pack(pack, Arc::clone(table), skip, visitors)?;
        }
        self.loose(&tables, visitors)
    }

    fn pack<V: Visitor + Send>(
        &self,
        pack: &Pack,
        table: Arc<PackTable>,
        skip: Vec<bool>,
        visitors: &mut [V],
    ) -> ControlFlow<()> {
        if pack.is_partial() {
            return self.one_by_one(&table, &skip, visitors);
        }
        let opened = Plan::new(pack, table, self.options.jobs);
        let (plan, file) = match opened {
            Ok(opened) => opened,
            Err(error) => return report(visitors, error),
        };
        let store = |id: &ObjectId| self.read_whole(id);
        let has_copy = |id: &ObjectId| self.objects.copies(id) > 1;
        let walk = PackWalk {
            pack,
            plan,
            skip,
            options: self.options,
            object_limit: self.objects.limit,
            stop: &self.stop,
            next_root: AtomicUsize::new(0),
            file,
            store: &store,
            has_copy: &has_copy,
        };
        if let Some(visitor) = first(visitors) {
            walk.run_rest(visitor)?;
        }
        self.spread(visitors, |visitor| walk.run(visitor))
    }

    /// Hands out the objects of a pack of which it is not known where all of them lie.
    fn one_by_one<V: Visitor + Send>(
        &self,
        table: &PackTable,
        skip: &[bool],
        visitors: &mut [V],
    ) -> ControlFlow<()> {
        let next = AtomicU32::new(0);
        self.spread(visitors, |visitor| {
            let mut buffer = Vec::new();
            loop {
                let position = next.fetch_add(1, Ordering::Relaxed);
                if position as usize >= table.offsets.len() || self.stop.load(Ordering::Relaxed) {
                    return ControlFlow::Continue(());
                }
                if !skip.get(position as usize).copied().unwrap_or(false) {
                    self.any_copy(&table.id(position), &mut buffer, visitor)?;
                }
            }
        })
    }

    fn read_whole(&self, id: &ObjectId) -> Result<(ObjectKind, Vec<u8>), GitError> {
        let mut bytes = Vec::new();
        let kind = self.objects.read(id, &mut bytes)?;
        Ok((kind, bytes))
    }

    /// Hands out the loose objects that no pack has.
    fn loose<V: Visitor + Send>(
        &self,
        packs: &[(&Pack, Arc<PackTable>)],
        visitors: &mut [V],
    ) -> ControlFlow<()> {
        let mut ids = Vec::new();
        for folder in &self.objects.folders {
            match loose::list(folder, self.objects.hash) {
                Ok(listed) => ids.extend(listed),
                Err(error) => report(visitors, error)?,
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !packs.iter().any(|(_, table)| table.lookup(id).is_some()));
        let next = AtomicUsize::new(0);
        self.spread(visitors, |visitor| {
            let mut buffer = Vec::new();
            while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.stop.load(Ordering::Relaxed) {
                    return ControlFlow::Break(());
                }
                self.loose_object(id, &mut buffer, visitor)?;
            }
            ControlFlow::Continue(())
        })
    }

    /// Hands out a loose object. Its id is always recomputed: the checksum of the file says nothing of
    /// a file that took the place of another, and hashing costs little beside opening it.
    fn loose_object<V: Visitor>(
        &self,
        id: &ObjectId,
        buffer: &mut Vec<u8>,
        visitor: &mut V,
    ) -> ControlFlow<()> {
        let opened =
            self.objects.folders.iter().find_map(|folder| loose::open(folder, id).transpose());
        let mut object = match opened {
            Some(Ok(object)) => object,
            Some(Err(error)) => return self.other_copy(id, error, buffer, visitor),
            None => return self.any_copy(id, buffer, visitor),
        };
        if !(self.options.want)(object.kind) {
            return ControlFlow::Continue(());
        }
        let (kind, size) = (object.kind, object.size);
        if size > self.options.stream_above {
            let report = |reason| GitError::object(*id, reason);
            let names = (*id, kind, size);
            return visit::give_stream(visitor, Verify::Ids, names, &mut object.reader, &report);
        }
        let limit = self.objects.limit;
        if size > limit {
            return visitor.problem(GitError::TooLarge { id: *id, size, limit });
        }
        match object.read(buffer) {
            Ok(()) => visit::give_bytes(visitor, Verify::Ids, (*id, kind), buffer, (None, 0, None)),
            Err(error) => self.other_copy(id, error, buffer, visitor),
        }
    }

    /// Reports what is wrong with a loose object and hands out another copy, if there is one.
    fn other_copy<V: Visitor>(
        &self,
        id: &ObjectId,
        problem: GitError,
        buffer: &mut Vec<u8>,
        visitor: &mut V,
    ) -> ControlFlow<()> {
        visitor.problem(problem)?;
        if self.objects.copies(id) < 2 {
            return ControlFlow::Continue(());
        }
        self.any_copy(id, buffer, visitor)
    }

    /// A loose object that is gone has been packed meanwhile, or is missing.
    fn any_copy<V: Visitor>(
        &self,
        id: &ObjectId,
        buffer: &mut Vec<u8>,
        visitor: &mut V,
    ) -> ControlFlow<()> {
        match self.objects.read(id, buffer) {
            Ok(kind) if !(self.options.want)(kind) => ControlFlow::Continue(()),
            Ok(kind) => visit::give_bytes(
                visitor,
                self.options.verify,
                (*id, kind),
                buffer,
                (None, 0, None),
            ),
            Err(error) => visitor.problem(error),
        }
    }

    /// Runs the work once a visitor, each on a thread of its own as long as the system gives any. The
    /// parts of the work are taken from a shared list, so that no visitor has to run but the first.
    fn spread<V: Visitor + Send>(
        &self,
        visitors: &mut [V],
        work: impl Fn(&mut V) -> ControlFlow<()> + Sync,
    ) -> ControlFlow<()> {
        let run = |visitor: &mut V| {
            if work(visitor).is_break() {
                self.stop.store(true, Ordering::Relaxed);
            }
        };
        let run = &run;
        std::thread::scope(|scope| {
            let mut others = visitors.iter_mut();
            let own = others.next();
            for visitor in others {
                // What a thread that cannot be started would have done is left to the others.
                if Builder::new().spawn_scoped(scope, move || run(visitor)).is_err() {
                    break;
                }
            }
            own.map(run)
        });
        if self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

fn first<V>(visitors: &mut [V]) -> Option<&mut V> {
    visitors.first_mut()
}

fn report<V: Visitor>(visitors: &mut [V], problem: GitError) -> ControlFlow<()> {
    first(visitors).map_or(ControlFlow::Continue(()), |visitor| visitor.problem(problem))
}

/// For each pack, which of its objects an earlier pack has too, by their place in its index; an
/// empty list when there is one pack.
fn repeated(tables: &[(&Pack, Arc<PackTable>)]) -> Vec<Vec<bool>> {
    if tables.len() < 2 {
        return vec![Vec::new(); tables.len()];
    }
    let mut marks: Vec<Vec<bool>> =
        tables.iter().map(|(_, table)| vec![false; table.offsets.len()]).collect();
    for first in 0..=u8::MAX {
        let mut ids: Vec<(ObjectId, usize, u32)> = Vec::new();
        for (pack, (_, table)) in tables.iter().enumerate() {
            ids.extend(table.bucket(first).map(|position| (table.id(position), pack, position)));
        }
        ids.sort_unstable();
        for pair in ids.windows(2) {
            let [before, (id, pack, position)] = pair else { continue };
            if before.0 == *id
                && let Some(mark) =
                    marks.get_mut(*pack).and_then(|marks| marks.get_mut(*position as usize))
            {
                *mark = true;
            }
        }
    }
    marks
}
