/** The extension as it is packaged, and its manifest. */

import { given, reset, seen } from "./support/fakeVscode";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import test, { beforeEach } from "node:test";
import { PYTHON } from "./support/programs";

const ROOT = path.join(__dirname, "..", "..");

interface Attribute {
  type?: string | string[];
  markdownDescription?: string;
}

interface Manifest {
  main: string;
  icon: string;
  activationEvents: string[];
  contributes: {
    breakpoints: { language: string }[];
    commands: { command: string }[];
    debuggers: {
      type: string;
      languages: string[];
      variables: Record<string, string>;
      configurationAttributes: Record<"launch" | "attach", { properties: Record<string, Attribute> }>;
      initialConfigurations: Record<string, unknown>[];
      configurationSnippets: { label: string; body: Record<string, unknown> }[];
    }[];
  };
}

interface Adapter {
  command: string;
  args: string[];
  options: { cwd?: string };
}

const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;
const debuggerEntry = only(manifest.contributes.debuggers);
const attributes = debuggerEntry.configurationAttributes;

async function activated(): Promise<{ dispose(): unknown }[]> {
  const bundle = (await import(path.join(ROOT, manifest.main))) as { activate(context: object): void };
  const subscriptions: { dispose(): unknown }[] = [];
  bundle.activate({ subscriptions });
  return subscriptions;
}

beforeEach(reset);

test("the debugger is of our own type, and for Python", () => {
  assert.equal(debuggerEntry.type, "remora");
  assert.deepEqual(debuggerEntry.languages, ["python"]);
  assert.deepEqual(manifest.contributes.breakpoints, [{ language: "python" }]);
});

test("it is activated before a configuration of its type is used", () => {
  assert.ok(manifest.activationEvents.includes("onDebugResolve:remora"));
  assert.ok(manifest.activationEvents.includes("onDebugDynamicConfigurations:remora"));
});

test("every option is described and typed", () => {
  for (const { properties } of Object.values(attributes)) {
    for (const [name, { type, markdownDescription, ...rest }] of Object.entries(properties)) {
      assert.match(markdownDescription ?? "", /^\S.*\.$/s, name);
      assert.ok(type !== undefined || "enum" in rest || name === "breakOnSystemExit", name);
    }
  }
});

test("configurations that are offered use options that exist", () => {
  const offered = [...debuggerEntry.initialConfigurations, ...debuggerEntry.configurationSnippets.map(({ body }) => body)];
  for (const { name, type, request, ...options } of offered) {
    assert.equal(type, "remora");
    assert.equal(typeof name, "string");
    const known = Object.keys(attributes[request as "launch" | "attach"].properties);
    assert.deepEqual(Object.keys(options).filter((option) => !known.includes(option)), []);
  }
});

test("text that VS Code is to leave alone in snippets is written so", () => {
  for (const { label, body } of debuggerEntry.configurationSnippets) {
    for (const value of JSON.stringify(body).match(/\$\{[a-z]\w*(:\w+)?\}/gi) ?? []) {
      assert.ok(JSON.stringify(body).includes(`^\\"\\\\${value}`), `${label}: ${value}`);
    }
  }
});

test("activation registers what the manifest promises", async () => {
  const subscriptions = await activated();
  assert.deepEqual([...seen.factories.keys()], ["remora"]);
  assert.deepEqual(seen.providers.map(({ type, trigger }) => [type, trigger]), [["remora", 1], ["remora", 2]]);
  for (const { command } of manifest.contributes.commands) {
    assert.ok(seen.commands.has(command), command);
  }
  for (const command of Object.values(debuggerEntry.variables)) {
    assert.ok(seen.commands.has(command), command);
  }
  assert.equal(subscriptions.length, seen.commands.size + seen.factories.size + seen.providers.length);
});

test("the adapter that is started answers", async () => {
  await activated();
  given.settings["python.defaultInterpreterPath"] = PYTHON;
  const factory = seen.factories.get("remora") as { createDebugAdapterDescriptor(session: object): Promise<Adapter> };
  const session = { workspaceFolder: { uri: { fsPath: ROOT } } };
  const { command, args, options } = await factory.createDebugAdapterDescriptor(session);
  assert.deepEqual([command, ...args], [PYTHON, "-P", "-m", "remora", "dap"]);
  assert.equal(options.cwd, ROOT);
  const answer = await firstMessage(command, args, { seq: 1, type: "request", command: "initialize", arguments: {} });
  assert.equal(answer.command, "initialize");
  assert.equal(answer.success, true);
});

test("without remora no adapter is started, and it is said why", async () => {
  await activated();
  given.settings["remora.command"] = "/nowhere/remora";
  const factory = seen.factories.get("remora") as { createDebugAdapterDescriptor(session: object): Promise<Adapter> };
  await assert.rejects(factory.createDebugAdapterDescriptor({}), /remora was not found.*\/nowhere\/remora/);
});

function only<T>(items: T[]): T {
  const [item, ...others] = items;
  assert.ok(item !== undefined && others.length === 0);
  return item;
}

/** What an adapter says first when it is sent `message`; it has ended then. */
async function firstMessage(command: string, args: string[], message: object): Promise<Record<string, unknown>> {
  const adapter = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const content = JSON.stringify(message);
  adapter.stdin.write(`Content-Length: ${Buffer.byteLength(content).toString()}\r\n\r\n${content}`);
  let text = "";
  for await (const chunk of adapter.stdout.setEncoding("utf8")) {
    text += String(chunk);
    const [, length, body = ""] = /^Content-Length: (\d+)\r\n\r\n(.*)$/s.exec(text) ?? [];
    if (length !== undefined && body.length >= Number(length)) {
      adapter.stdin.end();
      return JSON.parse(body.slice(0, Number(length))) as Record<string, unknown>;
    }
  }
  throw new Error(`the adapter ended without an answer: ${text}`);
}
