//! Archives and compressed files, one inside the other, whole and broken.

use std::io::Cursor;

use proptest::prelude::*;
use tightlip_model::{Origin, SkipReason, Source};
use tightlip_source::{
    Files, FilesOptions, History, HistoryOptions, Staged, StagedOptions, Stdin, StdinOptions,
};

use crate::archives::{
    Member, bzip2, gzip, pax_record, tar, tar_header, xz, zip, zip_of, zip_with_directory, zstd,
};
use crate::recorder::Recorder;
use crate::script::Repo;

fn scan(content: Vec<u8>) -> Recorder {
    let recorder = Recorder::default();
    let options = StdinOptions { name: "f".to_owned(), ..Default::default() };
    Stdin::new(Box::new(Cursor::new(content)), options).run(&recorder);
    recorder
}

impl Recorder {
    /// What was pushed of members: path and content.
    fn members(&self) -> Vec<(String, String)> {
        let pushed = self.of(Origin::Stdin).into_iter();
        let inside = pushed.filter(|one| one.path() != "f");
        inside.map(|one| (one.path(), String::from_utf8_lossy(&one.bytes).into_owned())).collect()
    }

    fn assert_members(&self, wanted: &[(&str, &str)]) {
        let wanted: Vec<_> =
            wanted.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(self.members(), wanted, "{:?}", self.problems());
        assert!(self.problems().is_empty(), "{:?}", self.problems());
    }

    fn assert_problem(&self, wanted: &str) {
        assert!(self.problems().iter().any(|one| one.contains(wanted)), "{:?}", self.problems());
    }
}

#[test]
fn members_of_archives_are_scanned_under_their_path() {
    let files: [(&str, &[u8]); 3] = [("a/b.env", b"one"), ("empty", b""), ("c", b"two")];
    let wanted = [("f!a/b.env", "one"), ("f!c", "two")];
    scan(zip(&files)).assert_members(&wanted);
    for pack in [gzip, bzip2, xz, zstd] {
        let recorder = scan(pack(&tar(&files)));
        assert!(recorder.problems().is_empty(), "{:?}", recorder.problems());
        let members = recorder.members();
        for (path, text) in wanted {
            assert!(members.contains(&(path.to_owned(), text.to_owned())), "{members:?}");
        }
    }
}

#[test]
fn containers_are_opened_wherever_they_stand() {
    let repo = Repo::new(&[]);
    let archive = tar(&[("m", b"first content")]);
    std::fs::write(repo.path.join("a"), gzip(&archive)).unwrap();
    repo.git(&["add", "a"]);
    let run = |source: &dyn Source, origin: Origin| {
        let recorder = Recorder::default();
        source.run(&recorder);
        assert!(recorder.problems().is_empty(), "{:?}", recorder.problems());
        let pushed = recorder.of(origin).into_iter();
        let member = pushed.filter(|one| one.bytes == b"first content").collect::<Vec<_>>();
        assert_eq!(member.len(), 1);
        (member[0].path(), member[0].provenance.blob.map(|id| id.to_string()))
    };
    let id = Some(repo.git(&["rev-parse", ":a"]));
    let repository = repo.path.clone();
    let staged = StagedOptions { repository: repository.clone(), jobs: 1, ..Default::default() };
    assert_eq!(run(&Staged::new(staged), Origin::Index), ("a!m".to_owned(), id.clone()));
    repo.commit("add");
    let history = HistoryOptions { repository: repository.clone(), jobs: 1, ..Default::default() };
    assert_eq!(run(&History::new(history), Origin::Blob), ("!m".to_owned(), id));
    let files = FilesOptions { targets: vec![repository.join("a")], ..Default::default() };
    let (path, id) = run(&Files::new(files), Origin::File);
    assert!(path.ends_with("repo/a!m") && id.is_none());
}

#[test]
fn only_what_is_new_in_a_changed_archive_counts() {
    let repo = Repo::new(&[]);
    let old = zip(&[("same", b"one\ntwo\n"), ("other", b"a\nb\nc\n")]);
    std::fs::write(repo.path.join("a"), old).unwrap();
    repo.git(&["add", "a"]);
    repo.commit("add");
    let new = zip(&[("same", b"one\ntwo\n"), ("other", b"a\nnew\nc\n"), ("more", b"d")]);
    std::fs::write(repo.path.join("a"), new).unwrap();
    repo.git(&["add", "a"]);
    let recorder = Recorder::default();
    let options =
        StagedOptions { repository: repo.path.clone(), jobs: 1, ..StagedOptions::default() };
    Staged::new(options).run(&recorder);
    let pushed = recorder.of(Origin::Index);
    let lines: Vec<_> = pushed
        .iter()
        .filter(|one| one.path().contains('!'))
        .map(|one| (one.path(), one.added_lines()))
        .collect();
    let one = |path: &str, line: &str| (path.to_owned(), vec![line.to_owned()]);
    assert_eq!(lines, [one("a!more", "d"), one("a!other", "new")]);
}

#[test]
fn a_text_that_begins_like_the_program_or_document_it_was_made_from_is_not_opened_again() {
    let head = b"\xa7\x0d\x0d\x0a\0\0\0\0\0\0\0\0\0\0\0\0\xe3";
    let program = [head.as_slice(), b"Z\x05tokenN"].concat();
    let (head, text) =
        ("<?xml version='1.0'?><w:document>", "<w:p><w:r><w:t>one</w:t></w:r></w:p>");
    let document = format!("{head}{text}").into_bytes();
    for (content, name) in [(program, "f!constants"), (document, "f!text")] {
        let recorder = scan(content);
        let paths: Vec<String> = recorder.members().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, [name]);
        assert!(recorder.problems().is_empty(), "{:?}", recorder.problems());
    }
}

#[test]
fn a_zip_cut_within_its_first_header_is_a_problem() {
    let whole = zip(&[("name", b"content")]);
    for length in [4, 10, 20, 32] {
        scan(whole[..length].to_vec()).assert_problem("cut off: its directory is missing");
    }
}

#[test]
fn a_long_container_is_read_as_a_stream_and_loses_nothing_at_the_edges() {
    let lines: String = (0..700_000).map(|n| format!("line {n:08}\n")).collect();
    let stored = Member::new("stored", 0, lines.as_bytes());
    let behind = Member { flags: 8, ..Member::new("behind", 0, lines.as_bytes()) };
    let whole = zip_of(&[stored, behind, Member::new("packed", 8, lines.as_bytes())]);
    assert!(whole.len() > 16 << 20);
    for content in [whole.clone(), tar(&[("t", &whole)])] {
        let recorder = scan(content);
        assert!(recorder.problems().is_empty(), "{:?}", recorder.problems());
        let pushed = recorder.pushed.lock().unwrap();
        for name in ["stored", "behind", "packed"] {
            let pieces = pushed.iter().filter(|one| one.path().ends_with(name));
            let text: Vec<u8> = pieces.flat_map(|one| one.bytes.clone()).collect();
            assert!(text == lines.as_bytes(), "{name}");
        }
    }
}

#[test]
fn a_compressed_file_is_scanned_under_the_name_it_had() {
    for pack in [gzip, bzip2, xz, zstd] {
        scan(pack(b"text")).assert_members(&[("f!content", "text")]);
        let twice = [pack(b"one "), pack(b"two")].concat();
        scan(twice).assert_members(&[("f!content", "one two")]);
    }
    let outer = zip(&[("x/notes.txt.gz", &gzip(b"text"))]);
    let paths = scan(outer).members();
    assert!(paths.iter().any(|(path, _)| path == "f!x/notes.txt.gz!notes.txt"), "{paths:?}");
}

#[test]
fn containers_are_opened_within_containers_up_to_a_depth() {
    let mut content = b"deep".to_vec();
    for _ in 0..8 {
        content = zip(&[("m", &content)]);
    }
    let path = format!("f{}", "!m".repeat(8));
    let recorder = scan(content.clone());
    assert!(recorder.members().contains(&(path, "deep".to_owned())));
    assert!(recorder.problems().is_empty());
    scan(zip(&[("m", &content)])).assert_problem("8 deep");
}

#[test]
fn what_is_no_members_content_is_scanned_as_it_is_and_in_its_place() {
    let mut bytes = tar(&[("name-of-a-file", b"content\n\n"), ("b", b"x")]);
    bytes.extend_from_slice(b"behind");
    let recorder = scan(bytes.clone());
    let raw: Vec<_> =
        recorder.of(Origin::Stdin).into_iter().filter(|one| one.path() == "f").collect();
    let text: Vec<u8> = raw.iter().flat_map(|one| one.bytes.clone()).collect();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(
        text.contains("name-of-a-file") && text.contains("behind") && !text.contains("content")
    );
    assert!(recorder.problems().is_empty(), "{:?}", recorder.problems());
    bytes[512 + 512] = b'?';
    scan(bytes).assert_problem("no valid tar header at byte 1024");
}

#[test]
fn a_stored_member_whose_size_stands_behind_it_is_found() {
    let text = b"PK\x07\x08 is how the sizes begin, PK\x07\x08";
    let members: Vec<_> = [(0, text.as_slice()), (8, b"packed"), (0, b"last")]
        .iter()
        .map(|(method, content)| Member { flags: 8, ..Member::new("m", *method, content) })
        .collect();
    let recorder = scan(zip_of(&members));
    assert!(recorder.problems().is_empty(), "{:?}", recorder.problems());
    let texts: Vec<_> = recorder.members().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, [String::from_utf8_lossy(text).as_ref(), "last", "packed"]);
}

#[test]
fn a_zip_whose_headers_disagree_is_a_problem_and_scanned() {
    let good = Member::new("good", 8, b"content");
    let renamed = Member { name_in_directory: "other".to_owned(), ..good.clone() };
    scan(zip_of(&[renamed])).assert_problem("has another name");
    let crc = Member { crc: 1, ..good.clone() };
    let recorder = scan(zip_of(&[crc]));
    recorder.assert_problem("f!good: its CRC does not match");
    assert_eq!(recorder.members(), [("f!good".to_owned(), "content".to_owned())]);
    let size = Member { size: 0xffff_fff0, ..good.clone() };
    scan(zip_of(&[size])).assert_problem("claims 4294967280 bytes, there are 7");
    let encrypted = Member { flags: 1, ..good.clone() };
    scan(zip_of(&[encrypted])).assert_problem("f!good: is encrypted");
    let unknown = Member { method: 14, ..good.clone() };
    scan(zip_of(&[unknown])).assert_problem("method 14");
}

#[test]
fn directory_entries_that_share_a_member_are_a_problem() {
    let one = zip(&[("m", b"content")]);
    let at = one.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let entry = &one[at..at + 47];
    let twice = zip_with_directory(one[..at].to_vec(), &[entry, entry].concat(), 2);
    scan(twice).assert_problem("member 2 of its directory overlaps");
    let gone = zip_with_directory(b"PK\x03".to_vec(), entry, 1);
    assert!(scan(gone).problems().is_empty(), "that is no zip");
}

#[test]
fn a_container_cut_off_anywhere_is_a_problem_and_what_is_there_is_scanned() {
    let text: Vec<u8> =
        (0_u32..3000).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let files: [(&str, &[u8]); 2] = [("a", &text), ("b", b"last")];
    for whole in [zip(&files), gzip(&text), bzip2(&text), xz(&text), zstd(&text)] {
        for part in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
            let recorder = scan(whole[..part].to_vec());
            let is_told = !recorder.problems().is_empty()
                || !recorder.skipped(SkipReason::Container).is_empty();
            assert!(is_told, "{part} of {}", whole.len());
        }
    }
    let whole = tar(&files);
    scan(whole[..600].to_vec())
        .assert_problem("f!a: its tar header claims 12000 bytes, there are 88");
    scan(whole[..512 + 12288 + 100].to_vec()).assert_problem("no valid tar header at byte 12800");
}

#[test]
fn a_tar_whose_header_claims_more_than_there_is_is_a_problem() {
    let mut bytes = tar_header("big", b'0', 1 << 62);
    bytes.extend_from_slice(b"hello");
    let recorder = scan(bytes);
    recorder.assert_problem("f!big: its tar header claims 4611686018427387904 bytes, there are 5");
    assert_eq!(recorder.members(), [("f!big".to_owned(), "hello".to_owned())]);
}

#[test]
fn names_from_extended_tar_headers_count_and_sizes_that_disagree_are_a_problem() {
    let long = "folder/".repeat(30) + "file";
    let mut bytes = tar_header("././@LongLink", b'L', long.len() as u64);
    bytes.extend_from_slice(long.as_bytes());
    bytes.resize(1024, 0);
    bytes.extend(tar(&[("short", b"content")]));
    scan(bytes).assert_members(&[(&format!("f!{long}"), "content")]);

    let pax = |records: String, size: u64| {
        let mut bytes = tar_header("pax", b'x', records.len() as u64);
        bytes.extend_from_slice(records.as_bytes());
        bytes.resize(1024, 0);
        bytes.extend(tar_header("short", b'0', size));
        bytes.extend_from_slice(b"content");
        bytes.resize(2048 + 1024, 0);
        bytes
    };
    scan(pax(pax_record("path", "other"), 7)).assert_members(&[("f!other", "content")]);
    let recorder = scan(pax(pax_record("size", "7"), 3));
    recorder.assert_problem("its tar headers disagree: 7 bytes in the extended one, 3");
    assert_eq!(recorder.members(), [("f!short".to_owned(), "content".to_owned())]);
}

#[test]
fn what_is_compressed_too_well_is_left_and_said() {
    let bomb = gzip(&vec![0; 100 << 20]);
    let recorder = scan(bomb);
    recorder.assert_problem("more than 200 for each compressed one");
    let scanned: usize = recorder.of(Origin::Stdin).iter().map(|one| one.bytes.len()).sum();
    assert!(scanned < 70 << 20);
}

#[test]
fn containers_that_are_not_opened_are_counted() {
    let recorder = scan(b"Rar!\x1a\x07\x01\0".to_vec());
    assert_eq!(recorder.skipped(SkipReason::Container), ["f"]);
    assert!(recorder.problems().is_empty());
    let recorder = scan(b"\x1f\x8b\x08\0\0\0\0\0\0\x03 no deflate at all".to_vec());
    assert_eq!(recorder.skipped(SkipReason::Container), ["f"]);
    assert_eq!(recorder.texts(Origin::Stdin).len(), 1, "scanned as it is");
}

fn containers() -> Vec<Vec<u8>> {
    let files: [(&str, &[u8]); 3] = [("a", b"some content"), ("b", b""), ("c", &[b'x'; 2000])];
    let stored = Member { flags: 8, ..Member::new("m", 0, b"stored content") };
    vec![
        zip(&files),
        zip_of(&[stored]),
        tar(&files),
        gzip(&tar(&files)),
        bzip2(&files[2].1.repeat(20)),
        xz(&tar(&files)),
        zstd(&tar(&files)),
        gzip(&zip(&files)),
    ]
}

proptest! {
    #[test]
    fn a_damaged_container_neither_panics_nor_loops_and_loses_no_bytes_around_it(
        which in 0_usize..8,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        behind in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = containers().swap_remove(which);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes.extend(behind);
        let length = bytes.len();
        let recorder = scan(bytes);
        let pushed: usize = recorder.of(Origin::Stdin).iter().map(|one| one.bytes.len()).sum();
        prop_assert!(pushed > 0 || length == 0);
    }
}
