/** Which interpreter the user has selected for a folder. */

import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

/** The part that is used here of what Microsoft's Python extension offers to others. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

/** The path of the interpreter, or undefined where nothing says which. */
export async function selectedPython(folder: vscode.WorkspaceFolder | undefined): Promise<string | undefined> {
  return (await fromPythonExtension(folder)) ?? fromSettings(folder) ?? fromFolder(folder);
}

async function fromPythonExtension(folder: vscode.WorkspaceFolder | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  const offered = extension && (extension.isActive ? extension.exports : await extension.activate());
  const environments = offered?.environments;
  if (!environments) {
    return undefined;
  }
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder?.uri));
  return environment?.executable.uri?.fsPath;
}

function fromSettings(folder: vscode.WorkspaceFolder | undefined): string | undefined {
  const setting = vscode.workspace.getConfiguration("python", folder?.uri).get<string>("defaultInterpreterPath");
  if (!setting || setting === "python") {
    return undefined;
  }
  return setting.replace("${workspaceFolder}", folder?.uri.fsPath ?? "");
}

function fromFolder(folder: vscode.WorkspaceFolder | undefined): string | undefined {
  const candidates = folder ? [".venv", "venv"].map((name) => path.join(folder.uri.fsPath, name, "bin", "python")) : [];
  return candidates.find(existsSync);
}
