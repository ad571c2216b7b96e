/**
 * Stands in for the module `vscode`, which only VS Code itself has: importing this before anything of the
 * extension makes `require("vscode")` give `fake`.  What the extension did is in `seen`; what a user
 * answers, and which settings there are, is in `given`.
 */

import Module from "node:module";

export interface Seen {
  errors: string[];
  information: string[];
  factories: Map<string, unknown>;
  providers: { type: string; trigger: number; provider: unknown }[];
  commands: Map<string, () => Promise<unknown>>;
  picks: unknown[][];
  started: { folder: unknown; configuration: Record<string, unknown> }[];
}

export interface Given {
  /** By full name, as in "remora.command". */
  settings: Record<string, unknown>;
  folders: { uri: { fsPath: string }; name: string; index: number }[] | undefined;
  languageId: string | undefined;
  extensions: Record<string, unknown>;
  /** Chooses among the items of a quick pick. */
  pick: (items: readonly never[]) => unknown;
}

export const seen = {} as Seen;
export const given = {} as Given;

export function reset(): void {
  const nothing: Seen = {
    errors: [],
    information: [],
    factories: new Map(),
    providers: [],
    commands: new Map(),
    picks: [],
    started: [],
  };
  Object.assign(seen, nothing);
  const bare: Given = { settings: {}, folders: undefined, languageId: undefined, extensions: {}, pick: () => undefined };
  Object.assign(given, bare);
}

class DebugAdapterExecutable {
  constructor(
    readonly command: string,
    readonly args: string[],
    readonly options?: object,
  ) {}
}

const disposable = { dispose: () => undefined };

const fake = {
  DebugAdapterExecutable,
  DebugConfigurationProviderTriggerKind: { Initial: 1, Dynamic: 2 },
  commands: {
    registerCommand(name: string, action: () => Promise<unknown>) {
      seen.commands.set(name, action);
      return disposable;
    },
  },
  debug: {
    registerDebugAdapterDescriptorFactory(type: string, factory: unknown) {
      seen.factories.set(type, factory);
      return disposable;
    },
    registerDebugConfigurationProvider(type: string, provider: unknown, trigger = 1) {
      seen.providers.push({ type, trigger, provider });
      return disposable;
    },
    startDebugging(folder: unknown, configuration: Record<string, unknown>) {
      seen.started.push({ folder, configuration });
      return Promise.resolve(true);
    },
  },
  extensions: { getExtension: (name: string) => given.extensions[name] },
  window: {
    get activeTextEditor() {
      return given.languageId && { document: { languageId: given.languageId } };
    },
    showErrorMessage(text: string) {
      seen.errors.push(text);
      return Promise.resolve(undefined);
    },
    showInformationMessage(text: string) {
      seen.information.push(text);
      return Promise.resolve(undefined);
    },
    async showQuickPick(items: Promise<never[]> | never[]) {
      const shown = await items;
      seen.picks.push(shown);
      return given.pick(shown);
    },
  },
  workspace: {
    get workspaceFolders() {
      return given.folders;
    },
    getConfiguration: (section: string) => ({ get: (name: string) => given.settings[`${section}.${name}`] }),
  },
};

type Load = (request: string, ...rest: unknown[]) => unknown;

const loader = Module as unknown as { _load: Load };
const load = loader._load;
loader._load = (request, ...rest) => (request === "vscode" ? fake : load(request, ...rest));
reset();
