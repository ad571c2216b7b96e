/** Small programs that stand in for remora and for interpreters, and the real remora of this checkout. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** A directory that goes when `test` is over. */
export function directory(test: { after(action: () => void): void }): string {
  const made = mkdtempSync(path.join(tmpdir(), "remora-vscode-"));
  test.after(() => {
    rmSync(made, { recursive: true });
  });
  return made;
}

/** An executable that runs the shell script `body`; its path. */
export function script(folder: string, name: string, body: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A remora that knows these processes. */
export function remoraWith(folder: string, processes: unknown[], name = "remora"): string {
  return script(folder, name, `[ "$1" = ps ] && cat <<'END'\n${JSON.stringify(processes)}\nEND\nexit 0`);
}

/** An interpreter that has remora. */
export const PYTHON = process.env.REMORA_PYTHON ?? path.join(__dirname, "../../../../../.venv/bin/python");
