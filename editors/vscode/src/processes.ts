/** The Python processes of this machine, as `remora ps --json` tells of them. */

import { runProgram } from "./runProgram";

/** Why a process cannot be attached to, and what to do about it. */
export interface Refusal {
  reason: string;
  what: string;
  what_to_do: string;
}

export interface PythonProcess {
  pid: number;
  /** As in "3.12"; null if it could not be found out. */
  version: string | null;
  user: string;
  attachable: boolean;
  refusal: Refusal | null;
  command: string;
  /** Seconds since 1970. */
  started: number;
}

/** All of them, those that were started last first.  Rejects if `command`, which runs remora, fails. */
export async function pythonProcesses(command: readonly string[]): Promise<PythonProcess[]> {
  const found = JSON.parse(await runProgram([...command, "ps", "--json"])) as PythonProcess[];
  return found.sort((one, other) => other.started - one.started);
}

/** A process in words: how it is shown in a list to pick from. */
export function described(process: PythonProcess): { label: string; description: string; detail: string } {
  const sign = process.attachable ? "$(debug-alt)" : "$(circle-slash)";
  const refusal = process.refusal ? [`cannot be attached to: ${process.refusal.what}`] : [];
  return {
    label: `${sign} ${process.pid.toString()}`,
    description: [`Python ${process.version ?? "?"}`, process.user, ...refusal].join(" · "),
    detail: process.command,
  };
}

/** Why a process cannot be attached to and what to do, for a person who tried. */
export function explained(process: PythonProcess): string {
  const { what, what_to_do } = process.refusal ?? { what: "unknown reason", what_to_do: "" };
  return `Process ${process.pid.toString()} cannot be attached to: ${what} ${what_to_do}`.trim();
}
