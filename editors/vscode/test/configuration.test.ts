import { given, reset, seen } from "./support/fakeVscode";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import test, { beforeEach } from "node:test";
import type { DebugConfiguration, WorkspaceFolder } from "vscode";
import { ConfigurationProvider } from "../src/configuration";
import { directory, script } from "./support/programs";

const provider = new ConfigurationProvider();
const folder = { uri: { fsPath: "/srv/shop" }, name: "shop", index: 0 } as WorkspaceFolder;
const named = { name: "x", type: "remora" };

function resolved(configuration: Partial<DebugConfiguration>): Promise<DebugConfiguration | undefined> {
  return provider.resolveDebugConfiguration(folder, configuration as DebugConfiguration);
}

beforeEach(reset);

test("F5 in a Python file runs it in a terminal", async () => {
  given.languageId = "python";
  given.settings["python.defaultInterpreterPath"] = "${workspaceFolder}/bin/python";
  assert.deepEqual(await resolved({}), {
    type: "remora",
    request: "launch",
    name: "Python: current file",
    program: "${file}",
    console: "integratedTerminal",
    cwd: "/srv/shop",
    python: "/srv/shop/bin/python",
    showReturnValue: true,
  });
});

test("F5 in another file says what to do", async () => {
  given.languageId = "rust";
  assert.equal(await resolved({}), undefined);
  assert.match(seen.errors.join(), /Open the Python file/);
});

test("what a configuration for launching says stands", async () => {
  given.settings["python.defaultInterpreterPath"] = "/usr/bin/python3";
  const said = { ...named, request: "launch", console: "internalConsole", cwd: "/", python: "p", showReturnValue: false };
  assert.deepEqual(await resolved(said), said);
});

test("the old name of the interpreter stands, too", async () => {
  given.settings["python.defaultInterpreterPath"] = "/usr/bin/python3";
  const configuration = await resolved({ ...named, request: "launch", pythonPath: "/opt/python" });
  assert.equal(configuration?.python, undefined);
  assert.equal(configuration?.pythonPath, "/opt/python");
});

test("the interpreter of a virtual environment in the folder is found", async (t) => {
  const shop = directory(t);
  const bin = path.join(shop, ".venv", "bin");
  mkdirSync(bin, { recursive: true });
  const python = script(bin, "python", "exit 0");
  const uri = { fsPath: shop };
  const configuration = await provider.resolveDebugConfiguration({ ...folder, uri } as WorkspaceFolder, {
    ...named,
    request: "launch",
  });
  assert.equal(configuration?.python, python);
});

test("the interpreter that Microsoft's extension has selected comes first", async () => {
  given.settings["python.defaultInterpreterPath"] = "/usr/bin/python3";
  const environments = {
    getActiveEnvironmentPath: (resource: unknown) => ({ path: resource === folder.uri ? "/envs/shop" : "/envs/other" }),
    resolveEnvironment: ({ path }: { path: string }) =>
      Promise.resolve({ executable: { uri: { fsPath: `${path}/bin/python` } } }),
  };
  given.extensions["ms-python.python"] = { isActive: false, activate: () => Promise.resolve({ environments }) };
  const configuration = await resolved({ ...named, request: "launch" });
  assert.equal(configuration?.python, "/envs/shop/bin/python");
});

test("attaching without saying to what asks", async () => {
  const configuration = await resolved({ ...named, request: "attach" });
  assert.equal(configuration?.processId, "${command:remora.pickProcess}");
});

for (const place of [
  { processId: 4711 },
  { core: "/tmp/core.4711" },
  { connect: { port: 5678 } },
  { listen: { port: 5678 } },
  { target: "app.py" },
  { host: "localhost", port: 5678 },
  { join: { socket: "s", pid: 1 } },
]) {
  test(`attaching by ${Object.keys(place).join(" and ")} does not ask`, async () => {
    const configuration = await resolved({ ...named, request: "attach", ...place });
    assert.deepEqual(configuration, { ...named, request: "attach", showReturnValue: true, ...place });
  });
}

test("variables of a file are added, below those of the configuration", async (t) => {
  const envFile = path.join(directory(t), ".env");
  writeFileSync(envFile, "A=1\nB=2\n");
  const configuration = await provider.resolveDebugConfigurationWithSubstitutedVariables(folder, {
    ...named,
    request: "launch",
    envFile,
    env: { B: null, C: "3" },
  });
  assert.deepEqual(configuration, { ...named, request: "launch", env: { A: "1", B: null, C: "3" } });
});

test("a file of variables that cannot be read starts nothing", async () => {
  const launch = { ...named, request: "launch", envFile: "/nowhere/.env" };
  assert.equal(await provider.resolveDebugConfigurationWithSubstitutedVariables(folder, launch), undefined);
  assert.match(seen.errors.join(), /envFile.*\/nowhere\/\.env/);
});
