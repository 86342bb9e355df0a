//! Hostile inputs in bulk: each case is a line of shell that makes one and runs tightlip on it.
//!
//! `$TL` is tightlip, `$T` and `$U` are tokens. A case names the exit codes that are right for it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::{World, token};

/// Longer than any case may take, on a machine that is busy with others.
const LONGEST: Duration = Duration::from_secs(60);

/// A repository with a clean commit and a bare remote called `origin`.
const REPOSITORY: &str = "git init -q -b main --template= .; mkdir .git/info; echo x >x; git add x; git commit -qm i; \
    git init -q --bare --template= srv; git remote add origin ./srv; git push -q origin main 2>/dev/null; \
    echo srv >.git/info/exclude;";
/// The same with a token that was committed and taken out again.
const LEAK: &str =
    "echo \"T=$T\" >q; git add q; git commit -qm leak; git rm -q q; git commit -qm gone;";
const ZEROS: &str = "0000000000000000000000000000000000000000";

/// What is right: the codes, and what must not be said.
struct Case<'a> {
    script: &'a str,
    codes: &'a [i32],
}

const fn case<'a>(script: &'a str, codes: &'a [i32]) -> Case<'a> {
    Case { script, codes }
}

/// A shell in a world, with a token in each of two variables.
fn shell(world: &World, script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(world.path());
    command.env_clear().envs(committer()).env("TL", env!("CARGO_BIN_EXE_tightlip"));
    command.env("T", token(1)).env("U", token(2)).env("Z", ZEROS);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What is wrong with how a case ends, in a copy of `made`; a token must never be shown.
fn fault(made: &World, before: &str, case: &Case<'_>) -> Option<String> {
    let world = World::new();
    let copy = Command::new("cp").arg("-a").arg(made.join(".")).arg(world.path()).status();
    assert!(copy.unwrap().success());
    let mut child = shell(&world, &format!("{before} {}", case.script)).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > LONGEST {
            let _ = child.kill();
            return Some(format!("`{}` does not end", case.script));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let code = output.status.code().unwrap_or(-1);
    let is_shown = said.contains(&token(1)) || said.contains(&token(2));
    (is_shown || !case.codes.contains(&code))
        .then(|| format!("`{}` ends with {code}, not {:?}: {said}", case.script, case.codes))
}

/// What tells git who commits, and nothing of whoever runs the tests.
fn committer() -> Vec<(&'static str, String)> {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut env = vec![("PATH", path), ("HOME", "/nonexistent".to_owned())];
    for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"]
    {
        env.push((name, "dev@example.invalid".to_owned()));
    }
    env.push(("GIT_CONFIG_NOSYSTEM", "1".to_owned()));
    env
}

/// Tries each case, after `before`, on what the script `made` makes once.
fn assert_all(made: &str, before: &str, cases: &[Case<'_>]) {
    let world = World::new();
    assert!(shell(&world, made).output().unwrap().status.success());
    let faults = cases.iter().filter_map(|case| fault(&world, before, case));
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

const FAILURES: &[Case<'_>] = &[
    case("$TL scan in 2>&-", &[1]),
    case("$TL scan - <&-", &[2]),
    case("$TL scan - <in", &[2]),
    case("$TL scan - </dev/null", &[2]),
    case("$TL scan --allow-empty - </dev/null", &[0]),
    case("$TL scan -o . in", &[2]),
    case("$TL scan -o '' in", &[2]),
    case("$TL scan -o no/x.json in", &[2]),
    case("$TL scan -o /proc/x in", &[2]),
    case("$TL scan -o json=a -o sarif=a in", &[2]),
    case("ulimit -f 0; $TL scan -o r.json in", &[3]),
    case("(ulimit -f 0; $TL scan -o r.json in); test \"$(ls -A | wc -l)\" = 2", &[0]),
    case("ulimit -f 1; $TL scan --format html -o r.html in; test $? = 3 && ls -A", &[0]),
    case("ulimit -n 8; $TL scan in", &[1, 2, 3]),
    case("ulimit -s 256; $TL scan in", &[1]),
    case("$TL scan -j 0 in", &[1, 2]),
    case("$TL scan -j -1 in", &[2]),
    case("$TL scan -j 99999999999999999999 in", &[2]),
    case("$TL", &[2]),
    case("$TL frobnicate", &[2]),
    case("$TL scan ''", &[2]),
    case("$TL scan \"$(printf '\\377\\376')\"", &[2]),
    case("$TL scan \"no/$T\"", &[2]),
    case("$TL scan \"no/$T\" in", &[3]),
    case("LC_ALL=C $TL scan in", &[1]),
    case("env -i \"$TL\" scan in", &[1]),
    case("TMPDIR=/nonexistent $TL scan in", &[1]),
    case("mkdir g; cd g; rmdir ../g; $TL scan", &[2]),
    case("mkdir g; cd g; rmdir ../g; $TL staged", &[2]),
    case("$TL scan --format nope in", &[2]),
    case("$TL scan --rule nope in", &[2]),
    case("$TL scan --skip-rule nope in", &[2]),
    case("$TL scan --min-confidence nope in", &[2]),
    case("$TL scan --exclude '[' in", &[2]),
    case("$TL scan --exclude '**' in", &[2]),
    case("$TL scan --config in in", &[2]),
    case("$TL scan --config /dev/zero in", &[2]),
    case("$TL scan --baseline in in", &[2]),
    case("$TL scan --baseline /dev/zero in", &[2]),
    case("$TL scan --policy nope in", &[2]),
    case("$TL history --repos - </dev/null", &[2]),
    case("$TL history --repos /dev/zero", &[2]),
    case("$TL history in", &[2]),
    case("printf 'token: %s\\nexclude: [a\\n' $T >k; $TL scan --config k c", &[2]),
    case("printf '%s: 1\\n' $T >k; $TL scan --config k c", &[2]),
    case("printf 'provider: %s\\nrules: 3\\n' $T >k.yaml; $TL scan --rules k.yaml c", &[2]),
    case("printf '{\"%s\": 1}\\n' $T >k; $TL scan --baseline k c", &[2]),
    case("git init -q .; $TL diff https://x:$T@h/", &[2]),
    case("echo '{' | $TL hook run agent", &[2]),
];

#[test]
fn every_way_to_fail_has_its_code() {
    let made = "mkdir c in; echo fine >c/ok; echo \"T=$T\" >in/p.env;";
    assert_all(made, "", FAILURES);
}

const NO_FILES: &[Case<'_>] = &[
    case("mkfifo pipe; $TL scan .", &[1]),
    case("mkfifo pipe; $TL scan pipe", &[2]),
    case("$TL scan /dev/zero", &[2]),
    case("$TL scan /dev/tty", &[2]),
    case("ln -s T T; $TL scan T", &[2]),
    case("ln -s nowhere T; $TL scan T", &[2]),
    case("mkfifo q; $TL scan --config q .", &[2]),
    case("ln -s . self; ln -s ../. up; ln -s x x; $TL scan .", &[1]),
    case("mkfifo .gitignore; $TL scan .", &[1, 2, 3]),
    case("mkfifo .tightlip.yaml; $TL scan .", &[2]),
    case("mkfifo .tightlip-baseline.jsonl; $TL scan .", &[2]),
    case("ln -s /dev/zero .gitignore; $TL scan .", &[1, 2, 3]),
    case("ln -s /dev/zero .tightlip.yaml; $TL scan .", &[2]),
    case("ln -s /dev/zero .tightlip-baseline.jsonl; $TL scan .", &[2]),
    case("mkfifo .gitignore .tightlip.yaml; $TL scan --untrusted .", &[1]),
    case("echo 'gitdir: .git' >.git; $TL history; test $? = 2 && $TL scan", &[1]),
];

#[test]
fn what_is_no_file_is_never_waited_for() {
    assert_all("echo \"T=$T\" >p.env;", "", NO_FILES);
}

#[test]
fn what_stands_in_the_place_of_gits_files_neither_stops_nor_fools_a_scan() {
    let made = format!("{REPOSITORY} {LEAK} echo \"U=$U\" >s; git add s;");
    let files = ["HEAD", "config", "packed-refs", "index", "refs/heads/main", "shallow"];
    let others = ["commondir", "objects/info/alternates", "objects/info/commit-graph", "logs/HEAD"];
    let kinds = ["mkfifo $F", "ln -s /dev/zero $F", "mkdir $F", "ln -s ${F##*/} $F"];
    let script = |file: &str, kind: &str| {
        format!(
            "F={file}; rm -f $F; mkdir -p $(dirname $F); {kind}; cd ..; $TL history; h=$?; \
             $TL staged; s=$?; test $h -gt 0 -a $s -gt 0 -a $h -lt 4 -a $s -lt 4"
        )
    };
    let each = files.iter().chain(&others).flat_map(|file| kinds.map(|kind| script(file, kind)));
    let scripts: Vec<String> = each.collect();
    let cases: Vec<Case<'_>> = scripts.iter().map(|script| case(script, &[0])).collect();
    assert_all(&made, "cd .git;", &cases);
}

const REPOSITORIES: &[Case<'_>] = &[
    case("git checkout -q --orphan o; git commit -qm o; $TL diff main --head o", &[0, 2]),
    case("git replace HEAD~1 HEAD~2; $TL history", &[1]),
    case("git replace HEAD~1 HEAD~2; $TL diff HEAD~2", &[1]),
    case("git replace $(git rev-parse HEAD~1:q) $(git rev-parse HEAD:x); $TL history", &[1]),
    case("git rev-parse HEAD >.git/shallow; $TL history", &[1, 3]),
    case("git rev-parse HEAD >.git/shallow; $TL diff HEAD~2", &[2, 3]),
    case("git rev-parse HEAD >s; GIT_SHALLOW_FILE=$PWD/s $TL history", &[1, 3]),
    case("GIT_GRAFT_FILE=/dev/zero $TL history", &[1, 3]),
    case("git repack -adfq; git multi-pack-index write --bitmap; $TL history", &[1]),
    case("git repack -adfq; touch .git/objects/pack/tmp_pack_x; $TL history", &[1]),
    case("git repack -adfq; rm .git/objects/pack/*.pack; $TL history", &[2]),
    case("git repack -adfq; rm .git/objects/pack/*.idx; $TL history", &[1, 2, 3]),
    case(
        "git config extensions.novel 1; git config core.repositoryformatversion 1; \
                  $TL history",
        &[2],
    ),
    case(
        "at() { git rev-parse $1 | sed 's,..,.git/objects/&/,'; }; \
         cp -f $(at HEAD:x) $(at HEAD~1:q); $TL history",
        &[2],
    ),
    case("git config core.repositoryformatversion 99; $TL history", &[2]),
    case("git config core.bare true; git config core.worktree /; $TL history", &[1]),
    case("git config include.path /dev/zero; $TL history", &[1]),
    case("git reset -q --hard HEAD~2; git tag t HEAD@{1}^:q; git gc -q; $TL history", &[1]),
    case("git reset -q --hard HEAD~2; $TL history", &[1]),
    case(
        "git reset -q --hard HEAD~2; git reflog expire --expire=now --all; \
                  git repack -adq --cruft; $TL history",
        &[1],
    ),
    case("ln -s . .git/refs/heads/loop; $TL history", &[1, 3]),
    case("echo 'ref: refs/heads/a' >.git/refs/heads/a; $TL history", &[1, 3]),
    case("git clone -q --bare --shared . a; git clone -q --bare --shared a b; $TL history b", &[1]),
    case(
        "git clone -q --bare --shared . a; echo ../../a/objects >>a/objects/info/alternates; \
                  $TL history a",
        &[1, 3],
    ),
    case(
        "git clone -q --bare --shared . a; echo /no >a/objects/info/alternates; \
                  $TL history a",
        &[2],
    ),
    case("git worktree add -q --detach w HEAD~1; cd w; $TL history", &[1]),
    case(
        "git bundle create -q b.bundle --all; mkdir d; mv b.bundle d; \
                  $TL scan d 2>&1 | grep -q skipped",
        &[0],
    ),
    case("git bundle create -q b.bundle --all; $TL history b.bundle", &[2]),
    case(
        "git repack -adq; mkdir d; cp .git/objects/pack/*.pack d; \
                  $TL scan d 2>&1 | grep -q skipped",
        &[0],
    ),
    case("git branch b/$T; git tag -a $T -m \"tok $T\"; $TL history --verbose", &[1]),
    case("B=$(git rev-parse HEAD~2); git update-ref refs/heads/$B HEAD; $TL diff $B", &[1]),
    case("$TL diff HEAD~2..HEAD", &[2]),
    case("$TL diff \"$(git rev-parse HEAD | cut -c1-2)\"", &[2]),
    case("$TL diff $Z", &[1]),
    case("$TL diff 1111111111111111111111111111111111111111", &[2]),
    case("$TL history --refs nope", &[2]),
    case("$TL history . /nonexistent", &[3]),
    case("GIT_DIR=/nonexistent $TL staged", &[2]),
    case(
        "for i in 1 2 3 4 5 6 7 8; do git repack -adfq; done & \
                  for i in 1 2 3 4 5 6 7 8; do $TL history >o 2>&1 || continue; exit 9; done; wait",
        &[0],
    ),
];

#[test]
fn odd_repositories_are_read_or_refused() {
    assert_all(&format!("{REPOSITORY} {LEAK}"), "", REPOSITORIES);
}

const STAGES: &[Case<'_>] = &[
    case("echo \"T=$T\" >q; git add -N q; $TL staged", &[0]),
    case("echo \"T=$T\" >q; git add q; touch .git/index.lock; $TL staged", &[1]),
    case("git update-index --index-version 4; echo \"T=$T\" >q; git add q; $TL staged", &[1]),
    case("git update-index --split-index; echo \"T=$T\" >q; git add q; $TL staged", &[1]),
    case("git update-index --untracked-cache; echo \"T=$T\" >q; git add q; $TL staged", &[1]),
    case(
        "echo \"T=$T\" >x; git add x; git update-index --assume-unchanged x; echo a >x; \
                  $TL staged",
        &[1],
    ),
    case("echo \"T=$T\" >x; git add x; git update-index --skip-worktree x; rm x; $TL staged", &[1]),
    case(
        "mkdir a b; echo x >a/f; echo x >b/f; git add .; git commit -qm ab; \
                  git sparse-checkout init --cone --sparse-index; git sparse-checkout set a; \
                  echo \"T=$T\" >a/q; git add a/q; $TL staged",
        &[1],
    ),
    case(
        "git checkout -qb b; echo \"T=$T\" >x; git commit -qam b; git checkout -q main; \
                  echo y >x; git commit -qam m; git merge b >m; $TL staged",
        &[1, 3],
    ),
    case("echo \"T=$T\" >x; git commit -qam x; git rm -q x; $TL staged", &[0]),
    case("echo \"T=$T\" >x; git commit -qam x; chmod +x x; git add x; $TL staged", &[0]),
    case("echo \"T=$T\" >x; git commit -qam x; git mv x y; $TL staged", &[0]),
    case("git rm -q x; mkdir x; echo \"T=$T\" >x/y; git add x; $TL staged", &[1]),
    case("ln -s \"https://u:$T@h/x\" l; git add l; $TL staged", &[1]),
    case(
        "echo '* -diff binary export-ignore' >.gitattributes; echo \"T=$T\" >q; \
                  git add .; $TL staged",
        &[1],
    ),
    case(
        "echo \"T=$T\" >q; git add q; printf '%s\\n' $T | tr a-z 1 >.git/HEAD; $TL staged",
        &[2, 3],
    ),
    case(
        "echo \"T=$T\" >q; git add q; mv .git/objects o; mkdir .git/objects; \
                  GIT_OBJECT_DIRECTORY=$PWD/o $TL staged",
        &[1],
    ),
];

#[test]
fn a_stage_is_judged_by_what_it_commits() {
    assert_all(REPOSITORY, "", STAGES);
}

const PUSHES: &[Case<'_>] = &[
    case("new; echo \"refs/heads/n $H refs/heads/n $Z\" | hook", &[1]),
    case("new; printf \"refs/heads/n $H refs/heads/n $Z\" | hook", &[1]),
    case("new; echo \"refs/heads/n $H refs/heads/n $Z\" | $TL hook run pre-push x x", &[1]),
    case(
        "new; git commit -q --amend -m z; H=$(git rev-parse HEAD); \
                  echo \"refs/heads/main $H refs/heads/main $(echo $Z | tr 0 1)\" | hook",
        &[1, 3],
    ),
    case(
        "new; git reset -q --hard $M; printf '%s\\n' \
                  \"refs/heads/main $M refs/heads/main $M\" \"refs/heads/n $H refs/heads/n $Z\" | hook",
        &[1],
    ),
    case("echo \"(delete) $Z refs/heads/main $M\" | hook", &[0]),
    case("hook </dev/null", &[0]),
    case("echo 'a b' | hook", &[2]),
    case(
        "git tag t $(echo \"T=$T\" | git hash-object -w --stdin); \
                  echo \"refs/tags/t $(git rev-parse t) refs/tags/t $Z\" | hook",
        &[1, 3],
    ),
    case(
        "git tag -a t -m \"tok $T\"; \
                  echo \"refs/tags/t $(git rev-parse t) refs/tags/t $Z\" | hook",
        &[1],
    ),
    case("cd srv; echo \"$Z $(echo $Z | tr 0 2) refs/heads/z\" | $TL hook run pre-receive", &[2]),
    case("cd srv; $TL hook run update refs/heads/main $Z", &[2]),
    case("cd srv; $TL hook run update refs/heads/main $M $Z", &[0]),
    case("$TL hook run pre-commit nope", &[2]),
    case("echo \"T=$T\" >q; $TL hook run pre-commit q", &[1]),
    case("git rm -q x; $TL hook run pre-commit x", &[0]),
];

#[test]
fn hooks_judge_every_shape_of_a_push() {
    let push = "new() { echo \"T=$T\" >q; git add q; git commit -qm q; H=$(git rev-parse HEAD); }; \
        hook() { $TL hook run pre-push origin ./srv; }; M=$(git rev-parse HEAD);";
    assert_all(REPOSITORY, push, PUSHES);
}
