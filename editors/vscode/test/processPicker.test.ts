import { given, reset, seen } from "./support/fakeVscode";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import test, { beforeEach } from "node:test";
import { attach, debugWithConfiguration, pickProcessId } from "../src/commands";
import type { PythonProcess } from "../src/processes";
import { directory, PYTHON, remoraWith, script } from "./support/programs";

interface Item {
  label: string;
  description: string;
  detail: string;
  process: PythonProcess;
}

const SHOP = {
  pid: 10, version: "3.12", user: "ada", attachable: true, refusal: null, command: "python shop.py", started: 1,
};
const CLOSED = {
  pid: 11, version: null, user: "root", attachable: false, command: "python till.py", started: 2,
  refusal: { reason: "NotYours", what: "it belongs to root.", what_to_do: "Run as root." },
};

beforeEach(reset);

function pickFirst(test: (process: PythonProcess) => boolean): void {
  given.pick = (items) => (items as readonly Item[]).find((item) => test(item.process));
}

test("the list shows what remora ps knows, what was started last first", async (t) => {
  given.settings["remora.command"] = remoraWith(directory(t), [SHOP, CLOSED]);
  assert.equal(await pickProcessId(), undefined);
  const shown = (seen.picks[0] as Item[]).map(({ label, description, detail }) => [label, description, detail]);
  assert.deepEqual(shown, [
    ["$(circle-slash) 11", "Python ? · root · cannot be attached to: it belongs to root.", "python till.py"],
    ["$(debug-alt) 10", "Python 3.12 · ada", "python shop.py"],
  ]);
  assert.deepEqual(seen.errors, []);
});

test("a process that was picked is a string in configurations", async (t) => {
  given.settings["remora.command"] = remoraWith(directory(t), [SHOP, CLOSED]);
  pickFirst(({ pid }) => pid === 10);
  assert.equal(await pickProcessId(), "10");
});

test("the command attaches to it", async (t) => {
  given.settings["remora.command"] = remoraWith(directory(t), [SHOP]);
  given.folders = [{ uri: { fsPath: "/srv/shop" }, name: "shop", index: 0 }];
  pickFirst(() => true);
  await attach();
  const configuration = { type: "remora", request: "attach", name: "Python: process 10", processId: 10 };
  assert.deepEqual(seen.started, [{ folder: given.folders[0], configuration }]);
});

test("one that cannot be attached to is explained", async (t) => {
  given.settings["remora.command"] = remoraWith(directory(t), [CLOSED]);
  pickFirst(() => true);
  await attach();
  assert.deepEqual(seen.started, []);
  assert.deepEqual(seen.errors, ["Process 11 cannot be attached to: it belongs to root. Run as root."]);
});

test("a failure is told", async (t) => {
  const failing = 'if [ "$1" = ps ]; then echo "it broke" >&2; exit 1; fi';
  given.settings["remora.command"] = script(directory(t), "remora", failing);
  assert.equal(await pickProcessId(), undefined);
  assert.deepEqual(seen.errors, ["it broke"]);
});

test("a remora that is not found is told", async () => {
  given.settings["remora.command"] = "/nowhere/remora";
  await attach();
  assert.match(seen.errors.join(), /^remora was not found\. .*\/nowhere\/remora/);
});

test("the remora of this checkout lists a program that runs", async () => {
  given.settings["remora.command"] = [PYTHON, "-m", "remora"];
  const program = spawn(PYTHON, ["-u", "-c", "print('ready'); input()"]);
  try {
    await once(program.stdout, "data");
    pickFirst(({ pid }) => pid === program.pid);
    assert.equal(await pickProcessId(), String(program.pid));
  } finally {
    program.kill();
    await once(program, "close");
  }
});

test("configurations that were written for debugpy are offered, and taken over", async () => {
  given.folders = [{ uri: { fsPath: "/srv/shop" }, name: "shop", index: 0 }];
  const ours = { type: "remora", request: "launch", name: "ours" };
  const theirs = { type: "debugpy", request: "attach", name: "theirs", connect: { port: 5678 } };
  given.settings["launch.configurations"] = [ours, theirs, { ...theirs, type: "python", name: "old" }];
  given.pick = (items) => items[0];
  await debugWithConfiguration();
  assert.deepEqual((seen.picks[0] as Item[]).map(({ label }) => label), ["theirs", "old"]);
  assert.deepEqual(seen.started, [{ folder: given.folders[0], configuration: { ...theirs, type: "remora" } }]);
});

test("where there are none, that is said", async () => {
  await debugWithConfiguration();
  assert.match(seen.information.join(), /no configuration of type 'debugpy'/);
});
