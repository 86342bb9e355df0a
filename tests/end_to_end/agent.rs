//! The hook of coding agents, with the messages that their documentation shows.

use std::path::Path;

use serde_json::Value;

use crate::world::{Run, World, token};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end/agents");

/// Every message: its name and its text.
fn messages() -> Vec<(String, String)> {
    let files = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let mut all: Vec<_> = files.map(read).collect();
    all.sort();
    all
}

fn world() -> World {
    let world = World::with_repository();
    world.write("prod.env", format!("TOKEN={}\n", token(1)));
    world.write("fine.env", "MODE=prod\n");
    world
}

/// Asks about a message with this in place of the secret and of the file.
fn ask(world: &World, message: &str, secret: &str, file: &str) -> Run {
    let folder = world.path().to_str().unwrap();
    let file = Path::new(folder).join(file);
    let text = message
        .replace("prod.env'", &format!("{}'", file.file_name().unwrap().to_str().unwrap()))
        .replace("{SECRET}", secret)
        .replace("{FILE}", file.to_str().unwrap())
        .replace("{FOLDER}", folder);
    world.run_in(".", &["hook", "run", "agent"], Some(text.as_bytes()))
}

/// Whether an answer says no, as its agent reads it.
fn refuses(name: &str, answer: &Value) -> bool {
    let at = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match name.split('-').next().unwrap() {
        "cursor" => at("/permission") == "deny" || answer["continue"] == false,
        "copilot" => at("/permissionDecision") == "deny",
        _ => {
            at("/decision") == "block"
                || at("/hookSpecificOutput/permissionDecision") == "deny"
                || at("/hookSpecificOutput/decision/behavior") == "deny"
        }
    }
}

#[test]
fn every_agent_is_told_no_in_its_own_words_and_never_the_secret() {
    let world = world();
    for (name, message) in messages() {
        let run = ask(&world, &message, &token(1), "prod.env");
        assert!(!run.stdout.contains(&token(1)) && !run.stderr.contains(&token(1)), "{name}");
        assert!(
            run.stdout.contains("ghp_********") || name == "copilot-prompt",
            "{name}: {}",
            run.stdout
        );
        if name == "copilot-prompt" {
            assert_eq!(run.code, 2, "this agent can only be warned");
            assert!(run.stderr.contains("does not let a hook stop it"), "{}", run.stderr);
            continue;
        }
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        assert!(refuses(&name, &run.json()), "{name}: {}", run.stdout);
    }
}

#[test]
fn what_holds_no_secret_goes_on() {
    let world = world();
    for (name, message) in messages() {
        let run = ask(&world, &message, "the-usual-one", "fine.env");
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        let answer = if run.stdout.is_empty() { Value::Null } else { run.json() };
        assert!(!refuses(&name, &answer), "{name}: {}", run.stdout);
    }
}

#[test]
fn the_allow_list_of_the_project_counts() {
    let world = world();
    world.write(".tightlip.yaml", "allow:\n  - path: prod.env\n    reason: made up\n");
    let read = messages().into_iter().find(|(name, _)| name == "claude-code-read").unwrap().1;
    let run = ask(&world, &read, "", "prod.env");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}

#[test]
fn taking_a_secret_out_is_allowed() {
    let world = world();
    let edit = format!(
        "{{\"cwd\":\"{}\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Edit\",\"tool_input\":\
         {{\"file_path\":\"prod.env\",\"old_string\":\"{}\",\"new_string\":\"$TOKEN\"}}}}",
        world.path().display(),
        token(1)
    );
    let run = world.run_in(".", &["hook", "run", "agent"], Some(edit.as_bytes()));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}

#[test]
fn what_cannot_be_understood_is_refused_without_being_repeated() {
    let world = world();
    for text in [format!("{{\"prompt\": {}", token(1)), "[]".to_owned(), "{}".to_owned()] {
        let run = world.run_in(".", &["hook", "run", "agent"], Some(text.as_bytes()));
        assert_eq!(run.code, 2, "{text}");
        assert!(!run.stderr.contains(&token(1)), "{}", run.stderr);
    }
}

#[test]
fn hooks_of_agents_are_written_beside_what_is_there_and_taken_out_again() {
    let files = [
        ("claude-code", ".claude/settings.json"),
        ("cursor", ".cursor/hooks.json"),
        ("copilot", ".github/hooks/tightlip.json"),
        ("codex", ".codex/hooks.json"),
    ];
    for (agent, file) in files {
        let world = World::with_repository();
        let (install, uninstall) =
            (["hook", "install", "--agent", agent], ["hook", "uninstall", "--agent", agent]);
        assert_eq!(world.run(&install).code, 0);
        let text = |world: &World| std::fs::read_to_string(world.join(file)).unwrap();
        let once = text(&world);
        assert!(once.contains(&format!("tightlip hook run agent --agent {agent}")), "{once}");
        assert_eq!(world.run(&install).code, 0);
        assert_eq!(text(&world), once, "writing it twice changes nothing");
        assert_eq!(world.run(&uninstall).code, 0);
        assert!(!world.join(file).exists(), "nothing else stood in it");
        let own = "{\"hooks\":{\"PreToolUse\":[{\"hooks\":[{\"command\":\"./mine\",\"type\":\"command\"}]}]},\"x\":1}";
        world.write(file, own);
        assert_eq!(world.run(&install).code, 0);
        assert!(text(&world).contains("./mine"));
        assert_eq!(world.run(&uninstall).code, 0);
        let left: Value = serde_json::from_str(&text(&world)).unwrap();
        let own: Value = serde_json::from_str(own).unwrap();
        assert_eq!((&left["hooks"], &left["x"]), (&own["hooks"], &own["x"]));
        world.write(file, "{ // mine\n}");
        assert_eq!(world.run(&install).code, 2, "what is no JSON is left alone");
    }
}
