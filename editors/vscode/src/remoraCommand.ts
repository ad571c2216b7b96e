/** Where remora is on this machine. */

import * as vscode from "vscode";
import { runProgram } from "./runProgram";
import { selectedPython } from "./selectedPython";

/** There is no remora that runs; the message says what to do. */
export class RemoraNotFound extends Error {}

/**
 * The words that run remora: those of the setting `remora.command`, or else the selected interpreter's
 * `-m remora`, or else the program `remora`.  Rejects with `RemoraNotFound` if none of them runs.
 */
export async function remoraCommand(folder?: vscode.WorkspaceFolder): Promise<string[]> {
  if (process.platform !== "linux") {
    throw new RemoraNotFound("remora debugs programs on Linux. Open the folder there: by SSH, in WSL or in a container.");
  }
  const set = fromSettings(folder);
  const candidates = set ? [set] : [...(await fromPython(folder)), ["remora"]];
  const failures: string[] = [];
  for (const candidate of candidates) {
    const failure = await whyNot(candidate);
    if (failure === undefined) {
      return candidate;
    }
    failures.push(`'${candidate.join(" ")}': ${failure}`);
  }
  throw new RemoraNotFound(explained(failures, set !== undefined));
}

function fromSettings(folder?: vscode.WorkspaceFolder): string[] | undefined {
  const value = vscode.workspace.getConfiguration("remora", folder?.uri).get<string | string[]>("command");
  const words = typeof value === "string" ? [value] : (value ?? []);
  const path = folder?.uri.fsPath;
  const whole = words.map((word) => (path === undefined ? word : word.replace("${workspaceFolder}", path)));
  return whole.some((word) => word !== "") ? whole : undefined;
}

async function fromPython(folder?: vscode.WorkspaceFolder): Promise<string[][]> {
  const python = await selectedPython(folder);
  // Without -P, modules of the folder that it is run in would stand in for those of the standard library.
  return python === undefined ? [] : [[python, "-P", "-m", "remora"]];
}

async function whyNot(command: string[]): Promise<string | undefined> {
  try {
    await runProgram([...command, "--version"]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function explained(failures: string[], isSet: boolean): string {
  const todo = isSet
    ? "Correct the setting 'remora.command', or empty it."
    : "Install remora for a Python 3.11 or newer (it debugs 3.8 and newer), and name it in the setting 'remora.command'.";
  return `remora was not found. ${todo} Tried ${failures.join("; ")}.`;
}
