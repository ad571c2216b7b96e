/** Starting the debug adapter. */

import * as vscode from "vscode";
import { remoraCommand } from "./remoraCommand";

/** Runs `remora dap`, which speaks DAP on its standard input and output, for each session. */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  /** Rejects with `RemoraNotFound`, whose message VS Code shows. */
  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    const folder = session.workspaceFolder;
    const [program = "", ...args] = await remoraCommand(folder);
    const options = folder ? { cwd: folder.uri.fsPath } : {};
    return new vscode.DebugAdapterExecutable(program, [...args, "dap"], options);
  }
}
