//! What an agent's message holds: texts that are to be sent, run or written, and files to be read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Something to be looked through.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A text of the message and the field it stands in.
    Said {
        /// The field.
        name: String,
        /// The text.
        text: String,
    },
    /// A file that would be read.
    File(PathBuf),
}

/// Fields with what goes on to the model, to a program or into a file.
const FIELDS: &[&str] = &[
    "prompt",
    "tool_input",
    "toolArgs",
    "tool_args",
    "command",
    "content",
    "tool_response",
    "tool_output",
    "toolResult",
    "tool_result",
    "result_json",
    "output",
    "edits",
    "arguments",
];
/// What is taken out of a file is no leak: removing a secret must be possible.
const REMOVED: &[&str] = &["old_string", "old_str", "oldString", "old_text", "oldText"];
/// Fields that name the file a tool works on.
const PATHS: &[&str] = &["file_path", "filePath", "path", "filename", "notebook_path"];
/// Tools that show a file to the model, in lower case.
const READERS: &[&str] = &[
    "read",
    "view",
    "read_file",
    "readfile",
    "open",
    "cat",
    "notebookread",
    "grep",
    "str_replace_editor",
];
/// Programs that print what files hold.
const PRINTERS: &[&str] = &[
    "cat",
    "head",
    "tail",
    "less",
    "more",
    "bat",
    "grep",
    "rg",
    "sed",
    "awk",
    "nl",
    "tac",
    "xxd",
    "base64",
    "strings",
    "od",
    "hexdump",
    "jq",
    "yq",
    "type",
    "get-content",
];
/// Larger files are not read: an answer is waited for.
const LARGEST: u64 = 16 << 20;
/// Files of one message that are read.
const MOST_FILES: usize = 64;
/// Values inside of values.
const DEEPEST: usize = 32;

/// Everything in the message that is to be looked through.
pub(super) fn parts(said: &Value) -> Vec<Part> {
    let mut parts = Vec::new();
    for field in FIELDS {
        if let Some(value) = said.get(field) {
            collect(field, value, 0, &mut parts);
        }
    }
    parts.extend(files(said).into_iter().take(MOST_FILES).map(Part::File));
    parts
}

fn collect(name: &str, value: &Value, depth: usize, parts: &mut Vec<Part>) {
    match value {
        Value::String(text) => said(name, text, depth, parts),
        Value::Array(items) if depth < DEEPEST => {
            items.iter().for_each(|item| collect(name, item, depth + 1, parts));
        }
        Value::Object(fields) if depth < DEEPEST => {
            for (key, value) in fields.iter().filter(|(key, _)| !REMOVED.contains(&key.as_str())) {
                collect(&format!("{name}.{key}"), value, depth + 1, parts);
            }
        }
        // Deeper than anything an agent sends: as it is written.
        Value::Array(_) | Value::Object(_) => said(name, &value.to_string(), DEEPEST, parts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text; one that is itself JSON, as some agents send arguments, is taken apart.
fn said(name: &str, text: &str, depth: usize, parts: &mut Vec<Part>) {
    if depth < DEEPEST
        && text.trim_start().starts_with(['{', '['])
        && let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
    {
        return collect(name, &inner, depth + 1, parts);
    }
    let text = if text.starts_with("*** Begin Patch") { kept(text) } else { text.to_owned() };
    if !text.is_empty() {
        parts.push(Part::Said { name: name.to_owned(), text });
    }
}

/// A patch without the lines it takes out.
fn kept(patch: &str) -> String {
    patch.split_inclusive('\n').filter(|line| !line.starts_with('-')).collect()
}

/// The folder the agent works in.
pub(super) fn folder(said: &Value) -> Option<PathBuf> {
    let named = said.get("cwd").and_then(Value::as_str);
    let named = named.or_else(|| said.pointer("/workspace_roots/0").and_then(Value::as_str));
    named.filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The files that the tool would show to the model.
fn files(said: &Value) -> Vec<PathBuf> {
    // What comes after the fact holds the content itself.
    let is_over =
        ["tool_response", "tool_output", "toolResult", "tool_result", "result_json", "output"]
            .iter()
            .any(|field| said.get(field).is_some());
    if is_over || said.get("content").is_some() {
        return Vec::new();
    }
    let input = ["tool_input", "toolArgs", "tool_args"].iter().find_map(|field| said.get(field));
    let input = input.map(|input| match input.as_str().map(serde_json::from_str) {
        Some(Ok(inner)) => inner,
        _ => input.clone(),
    });
    let input = input.unwrap_or(Value::Null);
    let text =
        |value: &Value, field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
    let tool = text(said, "tool_name").or_else(|| text(said, "toolName")).unwrap_or_default();
    let event = text(said, "hook_event_name").unwrap_or_default();
    let base = folder(said).unwrap_or_default();
    let is_reader = READERS.contains(&tool.to_lowercase().as_str()) || event.contains("ReadFile");
    let mut names: Vec<String> = Vec::new();
    if is_reader {
        names.extend(
            PATHS.iter().filter_map(|field| text(&input, field).or_else(|| text(said, field))),
        );
    }
    if let Some(command) = text(&input, "command").or_else(|| text(said, "command")) {
        names.extend(printed(&command));
    }
    let paths = names.into_iter().map(|name| base.join(name)).filter(|path| path.is_file());
    paths.collect()
}

/// The words of a command that may name the files it prints.
fn printed(command: &str) -> Vec<String> {
    let breaks = |c: char| c.is_whitespace() || "'\"|&;()<>`$".contains(c);
    let words: Vec<&str> = command.split(breaks).filter(|word| !word.is_empty()).collect();
    let program = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        PRINTERS.contains(&name.to_lowercase().as_str())
    };
    if !words.iter().any(program) && !command.contains('<') {
        return Vec::new();
    }
    words.into_iter().map(str::to_owned).collect()
}

/// What a file holds; `None` when it is gone.
pub(super) fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {LARGEST} bytes")));
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(said: &Value) -> Vec<String> {
        let texts = parts(said).into_iter().filter_map(|part| match part {
            Part::Said { text, .. } => Some(text),
            Part::File(_) => None,
        });
        texts.collect()
    }

    #[test]
    fn what_is_written_counts_and_what_is_removed_does_not() {
        let edit = json!({"tool_input": {"file_path": "a", "old_string": "x", "new_string": "y"}});
        assert_eq!(texts(&edit), ["a", "y"]);
        let patch =
            json!({"tool_input": {"command": "*** Begin Patch\n-old\n+new\n*** End Patch"}});
        assert_eq!(texts(&patch), ["*** Begin Patch\n+new\n*** End Patch"]);
    }

    #[test]
    fn arguments_that_are_json_in_a_text_are_taken_apart() {
        let said = json!({"toolName": "bash", "toolArgs": "{\"command\":\"echo \\\"a\\\"\"}"});
        assert_eq!(texts(&said), ["echo \"a\""]);
    }

    #[test]
    fn a_command_names_files_only_where_it_prints_them() {
        assert!(printed("cat .env | head").contains(&".env".to_owned()));
        assert!(printed("/usr/bin/tail -n 3 'a.log'").contains(&"a.log".to_owned()));
        assert!(printed("git add .env && rm .env").is_empty());
    }
}
