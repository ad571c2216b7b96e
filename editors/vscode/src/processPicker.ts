/** Asking the user for a process. */

import * as vscode from "vscode";
import { described, explained, pythonProcesses, type PythonProcess } from "./processes";
import { remoraCommand } from "./remoraCommand";

/** The process that was picked, or undefined: none was, or it cannot be attached to, which the user is told. */
export async function pickProcess(): Promise<PythonProcess | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const items = remoraCommand(folder)
    .then(pythonProcesses)
    .then((found) => found.map((process) => ({ ...described(process), process })));
  const failure = items.then(() => undefined, String);
  const picked = await vscode.window.showQuickPick(items, {
    title: "Attach to a Python process",
    placeHolder: "Process id, version, user or part of the command line",
    matchOnDescription: true,
    matchOnDetail: true,
  }).then(undefined, () => undefined);
  if (picked) {
    return accepted(picked.process);
  }
  tell(await failure);
  return undefined;
}

function accepted(process: PythonProcess): PythonProcess | undefined {
  if (process.attachable) {
    return process;
  }
  void vscode.window.showErrorMessage(explained(process), { modal: true });
  return undefined;
}

function tell(failure: string | undefined): void {
  if (failure !== undefined) {
    void vscode.window.showErrorMessage(failure.replace(/^Error: /, ""));
  }
}
