/** What the command palette offers. */

import * as vscode from "vscode";
import { forProcess, takenOver } from "./options";
import { pickProcess } from "./processPicker";

/** Types of configurations that are written for debugpy, whose options are understood here too. */
const TAKEN_OVER = new Set(["debugpy", "python"]);

/** Ask for a process and debug it. */
export async function attach(): Promise<void> {
  const process = await pickProcess();
  if (process) {
    await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], forProcess(process.pid));
  }
}

/** For `${command:pickProcess}` in a launch.json, which is replaced by a string. */
export async function pickProcessId(): Promise<string | undefined> {
  return (await pickProcess())?.pid.toString();
}

/** Ask for one of the configurations that were written for debugpy, and debug with it. */
export async function debugWithConfiguration(): Promise<void> {
  const found = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
    configurationsIn(folder).map((configuration) => ({ label: configuration.name, description: folder.name, folder, configuration })),
  );
  if (found.length === 0) {
    void vscode.window.showInformationMessage("There is no configuration of type 'debugpy' in launch.json.");
    return;
  }
  const picked = await vscode.window.showQuickPick(found, { title: "Debug with a configuration written for debugpy" });
  if (picked) {
    await vscode.debug.startDebugging(picked.folder, takenOver(picked.configuration));
  }
}

function configurationsIn(folder: vscode.WorkspaceFolder): vscode.DebugConfiguration[] {
  const all = vscode.workspace.getConfiguration("launch", folder.uri).get<vscode.DebugConfiguration[]>("configurations");
  return (all ?? []).filter((configuration) => TAKEN_OVER.has(configuration.type));
}
