//! The fuzz targets on inputs made from good ones.

#[path = "../fuzz/src/files.rs"]
pub mod files;
#[path = "../../../tests/fuzzing/mutate.rs"]
mod mutate;
#[path = "../fuzz/src/targets.rs"]
pub mod targets;

/// Entries as the target for packs takes them.
fn entries(entries: &[Vec<u8>]) -> Vec<u8> {
    let length = |entry: &Vec<u8>| u16::try_from(entry.len()).expect("short").to_be_bytes();
    entries.iter().flat_map(|entry| [&length(entry)[..], entry].concat()).collect()
}

#[test]
fn packs() {
    let whole = files::entry(3, &[], b"some text");
    let delta = [9, 5, 0x90, 4, 1, b'!'];
    let by_offset = files::entry(6, &files::distance(whole.len()), &delta);
    let by_id = files::entry(7, files::id(0).as_bytes(), &delta);
    let circle = files::entry(7, files::id(3).as_bytes(), &delta);
    let nowhere = files::entry(7, files::id(999).as_bytes(), &delta);
    let tree = files::entry(2, &[], b"100644 a\0AAAAAAAAAAAAAAAAAAAA");
    let commit = files::entry(1, &[], b"tree \n\nmessage");
    let zeros = files::entry(3, &[], &[0; 5000]);
    mutate::replay(
        "pack",
        targets::pack,
        &[
            entries(&[whole.clone(), by_offset.clone(), by_id.clone(), circle]),
            entries(&[by_id, tree, whole.clone(), commit, nowhere]),
            entries(&[zeros, whole, by_offset]),
        ],
    );
}

#[test]
fn deltas_of_themselves_are_named_and_do_not_loop() {
    let delta = [9, 5, 0x90, 4, 1, b'!'];
    let to = |number: usize| files::entry(7, files::id(number).as_bytes(), &delta);
    let repository = files::repository("");
    let (pack, offsets) = files::pack(&[&to(0), &to(2), &to(1), &to(1)]);
    files::store(&repository, &pack, files::index(&pack, &offsets));
    let seen = targets::read_all(&repository.join("objects"));
    assert!(seen.objects.is_empty());
    let named: Vec<String> = seen.problems.iter().map(ToString::to_string).collect();
    assert_eq!(named.len(), 4, "{named:?}");
    assert!(named.iter().all(|problem| problem.contains("it is a delta of itself")), "{named:?}");
}

#[test]
fn deltas() {
    let base = b"a base of thirty bytes, or so.";
    let with_base = |delta: &[u8]| [&[base.len() as u8], &base[..], delta].concat();
    mutate::replay(
        "delta",
        targets::delta,
        &[
            with_base(&[30, 30, 0x90, 30]),
            with_base(&[30, 40, 0x90, 30, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
            with_base(&[30, 12, 0x91, 20, 10, 2, b'x', b'y']),
            with_base(&[30, 9, 0xff, 3, 0, 0, 0, 9, 0, 0]),
            [&[40][..], &[b'.'; 40], &[40, 40, 0x91, 7, 33, 7, 1, 2, 3, 4, 5, 6, 7]].concat(),
        ],
    );
}

#[test]
fn pack_indexes() {
    let (pack, offsets) = targets::good_pack();
    mutate::replay("idx", targets::idx, &[files::index(&pack, &offsets)]);
}

#[test]
fn multi_pack_indexes() {
    let (_, offsets) = targets::good_pack();
    mutate::replay(
        "midx",
        targets::midx,
        &[files::multi_index(&offsets), files::multi_index(&offsets[..2])],
    );
    let repository = files::repository("");
    let objects = repository.join("objects");
    let bytes = files::with_checksum(files::multi_index(&offsets));
    std::fs::write(objects.join("pack/multi-pack-index"), bytes).expect("a file");
    std::fs::write(objects.join("pack/pack-a.pack"), targets::good_pack().0).expect("a file");
    assert_eq!(targets::read_all(&objects).objects.len(), 3, "the good one leads somewhere");
}

#[test]
fn trees() {
    let entry = |mode: &str, name: &str| {
        [mode.as_bytes(), b" ", name.as_bytes(), b"\0AAAAAAAAAAAAAAAAAAAA"].concat()
    };
    mutate::replay(
        "tree",
        targets::tree,
        &[
            [entry("100644", "a"), entry("40000", "b"), entry("120000", "c")].concat(),
            entry("160000", "module"),
        ],
    );
}

#[test]
fn commits_and_tags() {
    let id = "1".repeat(40);
    let person = "A U Thor <author@example.com> 1700000000 +0100";
    let commit = format!(
        "tree {id}\nparent {id}\nparent {id}\nauthor {person}\ncommitter {person}\n\
         encoding latin-1\ngpgsig -----BEGIN\n more\n -----END\n\nmessage\n"
    );
    mutate::replay("commit", targets::commit, &[commit.into_bytes()]);
    let tag = format!("object {id}\ntype commit\ntag v1\ntagger {person}\n\nmessage\n");
    mutate::replay("tag", targets::tag, &[tag.into_bytes()]);
}

#[test]
fn indexes() {
    let entry = |name: &str, padding: usize| {
        let fixed = [&[0; 24][..], &0o100_644_u32.to_be_bytes(), &[0; 12], &[b'A'; 20]].concat();
        let flags = u16::try_from(name.len()).expect("short").to_be_bytes();
        [&fixed, &flags[..], name.as_bytes(), &vec![0; padding]].concat()
    };
    let header =
        |version: u8, count: u8| [b"DIRC", &[0, 0, 0, version, 0, 0, 0, count][..]].concat();
    let plain = [header(2, 2), entry("a", 9), entry("folder/b", 2)].concat();
    let tree = [&b"TREE\0\0\0\x19\0-1 0\n"[..], &[b'A'; 19]].concat();
    // In version 4 a number says how much of the last name is left out.
    let fixed = entry("", 0);
    let packed = [&header(4, 1)[..], &fixed, &[0], b"name\0"].concat();
    mutate::replay("index", targets::index, &[plain.clone(), [plain, tree].concat(), packed]);
}

#[test]
fn reftables() {
    let header = [b"REFT\x01\0\x10\0".to_vec(), vec![0; 7], vec![1], vec![0; 7], vec![1]].concat();
    let name = b"refs/heads/main";
    let mut records = vec![0, (name.len() as u8) << 3 | 1];
    // A number of 120 and more takes two bytes.
    records.extend(name);
    records.push(0);
    records.extend([0x22; 20]);
    records.extend([0, 4 << 3 | 3]);
    records.extend(b"HEAD");
    records.push(0);
    records.push(name.len() as u8);
    records.extend(name);
    let restarts = [0, 0, 28, 0, 1];
    let length = header.len() + 4 + records.len() + restarts.len();
    let block = [&[b'r', 0, 0, length as u8][..], &records, &restarts].concat();
    let footer = [&header[..], &[0; 40]].concat();
    mutate::replay("reftable", targets::reftable, &[[header, block, footer].concat()]);
}
