//! `tightlip hook install --agent`: a line in the agent's own settings, beside what stands there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use crate::args::Agent;
use crate::commands::repository;
use crate::message;
use crate::place::read_file;

/// What every command of ours holds.
const MARK: &str = "tightlip hook run agent";
/// Bytes that the settings of an agent may have.
const LONGEST: u64 = 16 << 20;

impl Agent {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::Copilot => "copilot",
            Self::Codex => "codex",
        }
    }

    /// Where the agent reads the hooks of a project.
    const fn file(self) -> &'static str {
        match self {
            Self::ClaudeCode => ".claude/settings.json",
            Self::Cursor => ".cursor/hooks.json",
            Self::Copilot => ".github/hooks/tightlip.json",
            Self::Codex => ".codex/hooks.json",
        }
    }

    const fn events(self) -> &'static [&'static str] {
        match self {
            Self::ClaudeCode | Self::Codex => &["UserPromptSubmit", "PreToolUse", "PostToolUse"],
            Self::Cursor => &[
                "beforeSubmitPrompt",
                "beforeShellExecution",
                "beforeMCPExecution",
                "beforeReadFile",
                "preToolUse",
            ],
            Self::Copilot => &["userPromptSubmitted", "preToolUse"],
        }
    }

    /// The entry of an event. Where tightlip is not installed the command ends with 2, which means
    /// "no": nothing would have been scanned.
    fn entry(self, event: &str) -> Value {
        let command = format!("{MARK} --agent {} || exit 2", self.as_str());
        match self {
            Self::ClaudeCode | Self::Codex => {
                let hooks = json!([{"type": "command", "command": command, "timeout": 10}]);
                match event {
                    "UserPromptSubmit" => json!({"hooks": hooks}),
                    _ => json!({"matcher": "*", "hooks": hooks}),
                }
            }
            Self::Cursor => json!({"command": command, "timeout": 10, "failClosed": true}),
            Self::Copilot => json!({"type": "command", "bash": command, "timeoutSec": 10}),
        }
    }

    /// Whether the file says which version its form has.
    const fn is_versioned(self) -> bool {
        matches!(self, Self::Cursor | Self::Copilot)
    }
}

/// Writes the hooks of `agent` into the project around `repo`.
pub(crate) fn install(agent: Agent, repo: Option<&PathBuf>) -> anyhow::Result<u8> {
    let path = path(agent, repo)?;
    let mut settings = read(&path)?;
    remove(&mut settings);
    if agent.is_versioned() {
        settings.entry("version").or_insert_with(|| json!(1));
    }
    let hooks = settings.entry("hooks").or_insert_with(|| json!({}));
    let Value::Object(hooks) = hooks else {
        bail!("`hooks` in `{}` is no object: mend it first", path.display());
    };
    for event in agent.events() {
        let entries = hooks.entry(*event).or_insert_with(|| json!([]));
        let Value::Array(entries) = entries else {
            bail!("`hooks.{event}` in `{}` is no list: mend it first", path.display());
        };
        entries.push(agent.entry(event));
    }
    write(&path, &settings)?;
    message::print(&format!(
        "installed in `{}`; whoever uses it needs tightlip on the PATH\n",
        path.display()
    ))?;
    Ok(0)
}

/// Takes them out again, and the file, when nothing else stands in it.
pub(crate) fn uninstall(agent: Agent, repo: Option<&PathBuf>) -> anyhow::Result<u8> {
    let path = path(agent, repo)?;
    let mut settings = read(&path)?;
    if !remove(&mut settings) {
        bail!("there is no hook of tightlip in `{}`", path.display());
    }
    let is_ours = settings.keys().all(|key| key == "version");
    if is_ours {
        fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    } else {
        write(&path, &settings)?;
    }
    message::print(&format!("removed from `{}`\n", path.display()))?;
    Ok(0)
}

fn path(agent: Agent, repo: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    let opened = repository::open(repo);
    let home = match (opened, repo) {
        (Ok(opened), _) => opened.home,
        (Err(_), None) => PathBuf::from("."),
        (Err(error), Some(_)) => return Err(error),
    };
    Ok(home.join(agent.file()))
}

fn read(path: &Path) -> anyhow::Result<Map<String, Value>> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => {
            bail!("`{}` is a link: add the hook to the file it leads to by hand", path.display())
        }
        Ok(_) => {}
        Err(_) => return Ok(Map::new()),
    }
    let text = read_file(path, LONGEST)?;
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let settings: Value = serde_json::from_str(&text).map_err(|error| {
        let (path, line) = (path.display(), error.line());
        anyhow::anyhow!("`{path}` is no JSON, at line {line}: mend it, or add the hook by hand")
    })?;
    match settings {
        Value::Object(settings) => Ok(settings),
        _ => bail!("`{}` is no JSON object: mend it first", path.display()),
    }
}

/// Takes out every entry of ours and what is empty without it; whether there was one.
fn remove(settings: &mut Map<String, Value>) -> bool {
    let Some(Value::Object(hooks)) = settings.get_mut("hooks") else { return false };
    let mut was_there = false;
    for entries in hooks.values_mut().filter_map(Value::as_array_mut) {
        for entry in entries.iter_mut() {
            if let Some(Value::Array(inner)) = entry.get_mut("hooks") {
                let before = inner.len();
                inner.retain(|one| !is_ours(one));
                was_there |= inner.len() < before;
            }
        }
        let before = entries.len();
        let is_empty = |entry: &Value| entry.get("hooks").is_some_and(|inner| inner == &json!([]));
        entries.retain(|entry| !is_ours(entry) && !is_empty(entry));
        was_there |= entries.len() < before;
    }
    hooks.retain(|_, entries| entries != &json!([]));
    if hooks.is_empty() {
        settings.remove("hooks");
    }
    was_there
}

fn is_ours(entry: &Value) -> bool {
    let commands = ["command", "bash"].iter().filter_map(|field| entry.get(field)?.as_str());
    commands.into_iter().any(|command| command.contains(MARK))
}

/// Replaces the file in one step.
fn write(path: &Path, settings: &Map<String, Value>) -> anyhow::Result<()> {
    let failed = || format!("cannot write `{}`", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    let text = serde_json::to_string_pretty(settings)? + "\n";
    file.write_all(text.as_bytes()).with_context(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let rights = path.metadata().map_or(0o644, |found| found.permissions().mode());
        file.as_file().set_permissions(fs::Permissions::from_mode(rights)).with_context(failed)?;
    }
    file.persist(path).with_context(failed)?;
    Ok(())
}
