//! Files and folders through the public interface, over trees made on the spot.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::recorder::Recorder;
use tempfile::TempDir;
use tightlip_model::{Origin, SkipReason, Source};
use tightlip_source::{Files, FilesOptions, GitFolders};

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        put(folder.path(), path, content);
    }
    folder
}

fn put(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn scan_with(options: FilesOptions) -> Recorder {
    let recorder = Recorder::default();
    Files::new(options).run(&recorder);
    recorder
}

fn scan(target: &Path) -> Recorder {
    scan_with(FilesOptions { targets: vec![target.to_owned()], jobs: 3, ..Default::default() })
}

/// The paths of one origin below `folder`.
fn below(folder: &Path, recorder: &Recorder, origin: Origin) -> Vec<String> {
    let prefix = format!("{}/", folder.display());
    let paths = recorder.paths(origin);
    paths.iter().map(|path| path.strip_prefix(&prefix).unwrap_or(path).to_owned()).collect()
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args([
            "-c",
            "user.name=n",
            "-c",
            "user.email=e@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(status.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
}

#[test]
fn every_file_is_read_once_hidden_ones_too() {
    let files: Vec<(String, String)> = (0..700)
        .map(|n| (format!("d{}/.e{}/f{n}.txt", n % 7, n % 5), format!("content {n}\n")))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(path, content)| put(folder.path(), path, content));
    for jobs in [1, 4] {
        let targets = vec![folder.path().to_owned()];
        let got = scan_with(FilesOptions { targets, jobs, ..Default::default() });
        assert_eq!(got.problems(), Vec::<String>::new());
        let mut wanted: Vec<_> = files.iter().map(|(_, content)| content.clone()).collect();
        wanted.sort();
        assert_eq!(got.texts(Origin::File), wanted);
    }
}

#[test]
fn a_folder_with_more_files_than_one_thread_takes_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    (0..1000).for_each(|n| put(folder.path(), &format!("{n}"), "x"));
    assert_eq!(scan(folder.path()).of(Origin::File).len(), 1000);
}

#[test]
fn a_long_file_comes_whole_in_pieces() {
    let content: String = (0..1_500_000).map(|n| format!("line {n}\n")).collect();
    let folder = tree(&[("long", &content)]);
    let got = scan(folder.path());
    let pieces = got.pushed.lock().unwrap();
    assert!(pieces.len() > 2);
    let whole: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.clone()).collect();
    assert!(whole == content.as_bytes());
}

#[cfg(unix)]
#[test]
fn links_are_text_and_pipes_stay_closed() {
    let outside = tree(&[("secret", "outside")]);
    let folder = tree(&[("a", "inside")]);
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link(outside.path(), "folder");
    link(&outside.path().join("secret"), "file");
    link(Path::new("/dev/zero"), "endless");
    link(Path::new("loop"), "loop");
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let got = scan(folder.path());
    drop(socket);
    assert_eq!(got.texts(Origin::File), ["inside"]);
    assert_eq!(
        below(folder.path(), &got, Origin::SymlinkTarget),
        ["endless", "file", "folder", "loop"]
    );
    assert!(got.texts(Origin::SymlinkTarget).contains(&"/dev/zero".to_owned()));
    assert_eq!(got.skipped(SkipReason::Symlink).len(), 4);
    assert_eq!(got.skipped(SkipReason::SpecialFile).len(), 2);
    assert_eq!(got.problems(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_target_may_be_a_link_a_file_or_a_proc_file() {
    let folder = tree(&[("real/a", "content")]);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("real", &link).unwrap();
    let got = scan(&link);
    assert_eq!(got.texts(Origin::File), ["content"]);
    assert_eq!(got.paths(Origin::File), [format!("{}/a", link.display())]);
    let file = folder.path().join("real/a");
    assert_eq!(scan(&file).paths(Origin::File), [file.display().to_string()]);
    let status = PathBuf::from("/proc/self/status");
    if status.exists() {
        assert!(scan(&status).texts(Origin::File)[0].contains("VmRSS"));
    }
}

#[cfg(unix)]
#[test]
fn names_are_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let names: [&[u8]; 4] = [b"a\nb", b"caf\xe9", b"--help", b" "];
    for name in names {
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    let got = scan(folder.path());
    let mut paths: Vec<_> =
        got.of(Origin::File).iter().map(|p| p.provenance.path.0.clone()).collect();
    let prefix = format!("{}/", folder.path().display()).into_bytes();
    paths.iter_mut().for_each(|path| *path = path.split_off(prefix.len()));
    assert_eq!(paths, [b" ".as_slice(), b"--help", b"a\nb", b"caf\xe9"]);
}

#[test]
fn a_name_long_enough_for_a_token_is_scanned() {
    let folder = tree(&[("short", ""), ("a-folder-of-some-length/a-file-with-a-long-name", "")]);
    let got = scan(folder.path());
    assert_eq!(got.texts(Origin::FileName), ["a-file-with-a-long-name", "a-folder-of-some-length"]);
}

#[cfg(unix)]
#[test]
fn a_file_below_more_bytes_of_folders_than_a_path_may_have_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut path = folder.path().to_owned();
    let script = "for i in $(seq 200); do mkdir dddddddddddddddddddddddddddddd && \
                  cd -P ./dddddddddddddddddddddddddddddd || exit 1; done; echo deep > file";
    let made = Command::new("bash").current_dir(&path).args(["-c", script]).output().unwrap();
    let got = scan(&path);
    if made.status.success() {
        assert_eq!(got.texts(Origin::File), ["deep\n"]);
    }
    path.push("d".repeat(30));
    assert!(Command::new("rm").arg("-rf").arg(&path).status().unwrap().success());
}

#[test]
fn a_missing_target_and_an_empty_scan_are_problems() {
    let folder = tempfile::tempdir().unwrap();
    let missing = scan(&folder.path().join("missing"));
    assert_eq!(missing.problems().len(), 1);
    assert!(missing.problems()[0].contains("No such file"));
    assert!(scan(folder.path()).problems()[0].contains("nothing to scan"));
    let targets = vec![folder.path().to_owned()];
    let allowed = scan_with(FilesOptions { targets, allow_empty: true, ..Default::default() });
    assert_eq!(allowed.problems(), Vec::<String>::new());
}

#[test]
fn what_is_excluded_or_too_large_is_counted() {
    let folder = tree(&[("a/b/c", "x"), ("a/d", "x"), ("large", "123456"), ("fits", "12345")]);
    let mut globs = globset::GlobSetBuilder::new();
    globs.add(globset::Glob::new("a/b").unwrap());
    globs.add(globset::Glob::new("**/d").unwrap());
    let got = scan_with(FilesOptions {
        targets: vec![folder.path().to_owned()],
        exclude: globs.build().unwrap(),
        max_file_size: Some(5),
        ..Default::default()
    });
    assert_eq!(below(folder.path(), &got, Origin::File), ["fits"]);
    assert_eq!(got.skipped(SkipReason::Excluded).len(), 2);
    assert_eq!(got.skipped(SkipReason::TooLarge).len(), 1);
}

#[test]
fn git_ignored_files_are_skipped_unless_git_tracks_them() {
    let folder = tree(&[
        (".gitignore", "*.local\n/build/\n!keep.local\n"),
        (".ignore", "*\n"),
        ("a.local", "ignored"),
        ("keep.local", "kept"),
        ("tracked.local", "tracked"),
        ("build/out/x", "ignored"),
        ("build/out/tracked", "tracked"),
        ("sub/.gitignore", "only-here\n"),
        ("sub/only-here", "ignored"),
        ("only-here", "kept"),
        ("private", "ignored"),
        ("target/x", "ignored"),
    ]);
    git(folder.path(), &["init", "-q"]);
    put(folder.path(), ".git/info/exclude", "private\ntarget\n");
    git(folder.path(), &["add", "-f", "tracked.local", "build/out/tracked"]);
    let got = scan(folder.path());
    let contents = got.of(Origin::File);
    assert!(contents.iter().all(|file| file.bytes != b"ignored"));
    assert_eq!(contents.iter().filter(|file| file.bytes == b"kept").count(), 2);
    assert_eq!(contents.iter().filter(|file| file.bytes == b"tracked").count(), 2);
    assert_eq!(got.skipped(SkipReason::GitIgnored).len(), 5);
    assert_eq!(got.skipped(SkipReason::GitFolder).len(), 1);
    assert!(got.paths(Origin::File).iter().any(|path| path.ends_with(".git/config")));

    let targets = vec![folder.path().to_owned()];
    let all = scan_with(FilesOptions { targets, scan_ignored: true, ..Default::default() });
    assert_eq!(all.of(Origin::File).iter().filter(|file| file.bytes == b"ignored").count(), 5);
}

#[test]
fn a_target_inside_a_work_tree_obeys_the_ignore_files_above_it() {
    let folder = tree(&[(".gitignore", "*.local\n"), ("a/b/x.local", "x"), ("a/b/y", "y")]);
    git(folder.path(), &["init", "-q"]);
    let got = scan(&folder.path().join("a/b"));
    assert_eq!(got.texts(Origin::File), ["y"]);
    let named = scan(&folder.path().join("a/b/x.local"));
    assert_eq!(named.texts(Origin::File), ["x"]);
}

#[test]
fn an_ignore_file_outside_of_a_work_tree_has_no_say() {
    let folder = tree(&[(".gitignore", "*\n"), ("a", "x")]);
    assert_eq!(scan(folder.path()).of(Origin::File).len(), 2);
}

#[cfg(unix)]
#[test]
fn an_ignore_file_that_is_a_link_is_not_followed() {
    let outside = tree(&[("patterns", "*\n")]);
    let folder = tree(&[("a", "x")]);
    git(folder.path(), &["init", "-q"]);
    let link = folder.path().join(".gitignore");
    std::os::unix::fs::symlink(outside.path().join("patterns"), link).unwrap();
    let got = scan(folder.path());
    assert!(got.texts(Origin::File).contains(&"x".to_owned()));
    assert_eq!(got.notes.lock().unwrap().len(), 1);
}

#[test]
fn a_bare_repository_in_the_tree_is_read_but_for_its_objects() {
    let folder = tree(&[("a", "x")]);
    git(folder.path(), &["init", "-q", "--bare", "inner"]);
    let got = scan(folder.path());
    let paths = below(folder.path(), &got, Origin::File);
    assert!(paths.contains(&"inner/config".to_owned()));
    assert_eq!(
        got.skipped(SkipReason::GitFolder),
        [format!("{}/inner/objects", folder.path().display())]
    );
}

#[test]
fn a_folder_that_is_only_called_like_gits_own_is_scanned() {
    let folder = tree(&[(".git/HEAD", "ref: x"), (".git/notes", "hidden"), ("a/objects/b", "too")]);
    let got = scan(folder.path());
    assert_eq!(
        below(folder.path(), &got, Origin::File),
        [".git/HEAD", ".git/notes", "a/objects/b"]
    );
    assert_eq!(got.skipped(SkipReason::GitFolder).len(), 0);
}

#[test]
fn where_the_tree_is_not_trusted_gits_own_folders_are_scanned_too() {
    let folder = tree(&[("a", "x")]);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["init", "-q", "--bare", "inner"]);
    put(folder.path(), ".git/objects/ab/secret", "hidden");
    put(folder.path(), "inner/objects/pack/secret", "hidden");
    let got = scan_with(FilesOptions {
        targets: vec![folder.path().to_owned()],
        git_folders: GitFolders::Scanned,
        ..Default::default()
    });
    assert_eq!(got.of(Origin::File).iter().filter(|file| file.bytes == b"hidden").count(), 2);
    assert_eq!(got.skipped(SkipReason::GitFolder).len(), 0);
}

#[test]
fn a_scan_of_which_all_was_left_out_is_a_problem() {
    let folder = tree(&[("a", "12345"), ("b", "12345")]);
    let options = FilesOptions {
        targets: vec![folder.path().to_owned()],
        max_file_size: Some(4),
        ..Default::default()
    };
    assert!(scan_with(options.clone()).problems()[0].contains("all there is (2) was left out"));
    assert_eq!(scan_with(FilesOptions { allow_empty: true, ..options }).problems().len(), 0);
}

#[test]
fn a_pointer_to_content_elsewhere_is_scanned_and_counted() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let folder = tree(&[("big.bin", pointer)]);
    let got = scan(folder.path());
    assert_eq!(got.of(Origin::File).len(), 1);
    assert_eq!(got.skipped(SkipReason::LfsPointer).len(), 1);
}

#[test]
fn a_stopped_run_reads_nothing_more() {
    let folder = tree(&[("a", "x")]);
    let recorder = Recorder::default();
    recorder.stopped.store(true, std::sync::atomic::Ordering::Relaxed);
    let targets = vec![folder.path().to_owned()];
    Files::new(FilesOptions { targets, ..Default::default() }).run(&recorder);
    assert!(recorder.pushed.lock().unwrap().is_empty());
}
