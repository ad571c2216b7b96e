/** Remora in VS Code: what the debugger is called, where its adapter is, which process is meant. */

import * as vscode from "vscode";
import { AdapterFactory } from "./adapter";
import { attach, debugWithConfiguration, pickProcessId } from "./commands";
import { ConfigurationProvider } from "./configuration";
import { DEBUG_TYPE } from "./options";

export function activate(context: vscode.ExtensionContext): void {
  const provider = new ConfigurationProvider();
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, new AdapterFactory()),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, provider),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      { provideDebugConfigurations: () => provider.provideDebugConfigurations() },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.commands.registerCommand("remora.attach", attach),
    vscode.commands.registerCommand("remora.pickProcess", pickProcessId),
    vscode.commands.registerCommand("remora.debugWithConfiguration", debugWithConfiguration),
  );
}
