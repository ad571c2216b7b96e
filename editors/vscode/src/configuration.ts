/** Configurations as VS Code asks for them: where there are none, and before they are used. */

import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { parseEnvironment } from "./environmentFile";
import { DEBUG_TYPE, forCurrentFile, withAttachDefaults, withLaunchDefaults } from "./options";
import { selectedPython } from "./selectedPython";

type Folder = vscode.WorkspaceFolder | undefined;
type Configuration = vscode.DebugConfiguration;

export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  /** What "Show all automatic debug configurations" offers. */
  provideDebugConfigurations(): Configuration[] {
    return [
      forCurrentFile(),
      { type: DEBUG_TYPE, request: "attach", name: "Python: running process", processId: "${command:remora.pickProcess}" },
    ];
  }

  /** An empty configuration is that of F5 without a launch.json. */
  async resolveDebugConfiguration(folder: Folder, configuration: Configuration): Promise<Configuration | undefined> {
    if (!isEmpty(configuration)) {
      return withDefaults(folder, configuration);
    }
    if (vscode.window.activeTextEditor?.document.languageId !== "python") {
      void vscode.window.showErrorMessage("Open the Python file that you want to debug, or write a launch.json.");
      return undefined;
    }
    return withDefaults(folder, forCurrentFile());
  }

  /** What needs the values of variables such as `${workspaceFolder}`. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: Folder,
    configuration: Configuration,
  ): Promise<Configuration | undefined> {
    const { envFile, env, ...rest } = configuration;
    if (configuration.request !== "launch" || typeof envFile !== "string") {
      return configuration;
    }
    const variables = await readEnvironment(envFile);
    return variables && { ...rest, env: { ...variables, ...(env as object | undefined) } };
  }
}

function isEmpty(configuration: Partial<Configuration>): boolean {
  return !configuration.type && !configuration.request && !configuration.name;
}

async function withDefaults(folder: Folder, configuration: Configuration): Promise<Configuration> {
  if (configuration.request !== "launch") {
    return withAttachDefaults(configuration);
  }
  return withLaunchDefaults(configuration, { folder: folder?.uri.fsPath, python: await selectedPython(folder) });
}

/** Undefined, which ends the start of the session, if the file cannot be read; the user is told. */
async function readEnvironment(path: string): Promise<Record<string, string> | undefined> {
  try {
    return parseEnvironment(await readFile(path, "utf8"), process.env);
  } catch (error) {
    void vscode.window.showErrorMessage(`The file of 'envFile' cannot be read: ${String(error)}`);
    return undefined;
  }
}
