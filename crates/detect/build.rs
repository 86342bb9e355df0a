//! Makes the prefilter's table for the built-in rules, so that none has to be made at run time.
//!
//! The same modules as in the library make it; a test compares what they make there.

#[path = "src/prefilter/anchors.rs"]
mod anchors;
#[path = "src/prefilter/rarity.rs"]
mod rarity;
#[path = "src/prefilter/rows.rs"]
mod rows;
#[path = "src/prefilter/table.rs"]
mod table;

use std::fmt::Display;
use std::path::Path;
use std::{env, fs, io};

use anchors::Anchors;
use table::{Slot, Table, Window};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/prefilter");
    let anchors = Anchors::of(&tightlip_rules::builtin());
    let table = Table::of(&anchors.texts).ok_or(io::Error::other("too many built-in anchors"))?;
    let folder = env::var_os("OUT_DIR").ok_or(io::Error::other("cargo sets no OUT_DIR"))?;
    fs::write(Path::new(&folder).join("prefilter.rs"), source(&anchors, &table))
}

/// Constant tables of what `Anchors` and `Table` hold.
fn source(anchors: &Anchors, table: &Table) -> String {
    let slot = |Slot { mask, value }: &Slot| format!("Slot{{mask:{mask},value:{value}}}");
    let pair = |[a, b]: &[Slot; 2]| format!("[{},{}]", slot(a), slot(b));
    let window = |Window { anchor, back, mask, value }: &Window| {
        format!("Window{{anchor:{anchor},back:{back},mask:{mask},value:{value}}}")
    };
    [
        format!("static TEXTS: &[u8] = b\"{}\";\n", anchors.texts.items.escape_ascii()),
        array("TEXT_ENDS", "u32", &anchors.texts.ends),
        array("RULES", "u32", &anchors.rules.items),
        array("RULE_ENDS", "u32", &anchors.rules.ends),
        array("BITS", "u16", &table.bits),
        array("SLOT_OF", "u16", &table.slot_of),
        array("SLOTS", "[Slot; 2]", &table.slots.iter().map(pair).collect::<Vec<_>>()),
        array("HEADS", "u32", &table.heads),
        array("WINDOWS", "Window", &table.windows.iter().map(window).collect::<Vec<_>>()),
    ]
    .concat()
}

fn array(name: &str, kind: &str, items: &[impl Display]) -> String {
    let list: Vec<String> = items.iter().map(ToString::to_string).collect();
    format!("static {name}: [{kind}; {}] = [{}];\n", items.len(), list.join(","))
}
