#!/usr/bin/env node
// Runs the binary of the package for this platform and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");

const platform = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "tightlip.exe" : "tightlip";

let program;
try {
  program = require.resolve(`@tightlip/${platform}/bin/${file}`);
} catch {
  // Nothing would be scanned: that is 2, as everywhere.
  console.error(
    `tightlip: error: there is no binary for ${platform}: install with optional dependencies, ` +
      "or build it with `cargo install tightlip`",
  );
  process.exit(2);
}

// A signal of the terminal reaches the program as well, which says how the run ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
const run = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
  console.error(`tightlip: error: cannot run ${program}: ${run.error.message}`);
  process.exit(2);
}
const numbers = require("node:os").constants.signals;
process.exit(run.status ?? 128 + (numbers[run.signal] ?? 0));
