/** Running a program for what it prints. */

import { execFile } from "node:child_process";

/** Milliseconds after which a program that says nothing is ended. */
const PATIENCE = 20_000;
const LARGEST_OUTPUT = 64 << 20;

/** What the program printed.  Rejects with its last words if it fails, or with why it could not be started. */
export function runProgram(command: readonly string[], cwd?: string): Promise<string> {
  const [program = "", ...args] = command;
  const options = { timeout: PATIENCE, maxBuffer: LARGEST_OUTPUT, ...(cwd !== undefined && { cwd }) };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
      } else {
        reject(new Error(lastLine(stderr) ?? lastLine(error.message) ?? "it failed"));
      }
    });
  });
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split("\n").at(-1);
  return line === "" ? undefined : line;
}
