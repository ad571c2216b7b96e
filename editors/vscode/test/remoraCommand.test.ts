import { given, reset } from "./support/fakeVscode";
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import type { WorkspaceFolder } from "vscode";
import { RemoraNotFound, remoraCommand } from "../src/remoraCommand";
import { directory, PYTHON, script } from "./support/programs";

const outerPath = process.env.PATH;

beforeEach(() => {
  reset();
  process.env.PATH = outerPath;
});

async function failure(): Promise<string> {
  try {
    return `found ${(await remoraCommand()).join(" ")}`;
  } catch (error) {
    assert.ok(error instanceof RemoraNotFound);
    return error.message;
  }
}

test("the setting comes first, as a program", async (t) => {
  const program = script(directory(t), "my remora", "exit 0");
  given.settings["remora.command"] = program;
  assert.deepEqual(await remoraCommand(), [program]);
});

test("the setting may have arguments, and name the folder", async (t) => {
  const folder = directory(t);
  const program = script(folder, "wrapper", '[ "$1 $2" = "-m remora" ]');
  given.settings["remora.command"] = ["${workspaceFolder}/wrapper", "-m", "remora"];
  const where = { uri: { fsPath: folder } } as WorkspaceFolder;
  assert.deepEqual(await remoraCommand(where), [program, "-m", "remora"]);
});

test("a setting that does not work is not passed by", async (t) => {
  const program = script(directory(t), "broken", "echo 'line one' >&2; echo 'no such thing' >&2; exit 1");
  given.settings["remora.command"] = program;
  const message = await failure();
  assert.match(message, /Correct the setting 'remora\.command'/);
  assert.ok(message.includes(`'${program}': no such thing`), message);
});

test("the selected interpreter is next", async () => {
  given.settings["python.defaultInterpreterPath"] = PYTHON;
  assert.deepEqual(await remoraCommand(), [PYTHON, "-P", "-m", "remora"]);
});

test("the program on PATH is last", async (t) => {
  const folder = directory(t);
  script(folder, "remora", "exit 0");
  const python = script(folder, "python", "echo 'No module named remora' >&2; exit 1");
  given.settings["python.defaultInterpreterPath"] = python;
  process.env.PATH = `${folder}:${outerPath ?? ""}`;
  assert.deepEqual(await remoraCommand(), ["remora"]);
});

test("where there is none, every place is named, with what to do", async (t) => {
  const folder = directory(t);
  const python = script(folder, "python3.8", "echo 'unknown option -P' >&2; exit 2");
  given.settings["python.defaultInterpreterPath"] = python;
  process.env.PATH = folder;
  const message = await failure();
  assert.match(message, /^remora was not found\. Install remora for a Python 3\.11 or newer/);
  assert.ok(message.includes(`'${python} -P -m remora': `), message);
  assert.match(message, /'remora': .*ENOENT/);
});
