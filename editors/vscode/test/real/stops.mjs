/**
 * The packaged extension in a real VS Code: F5, child processes, the picker of processes.
 *
 *     npm run package && npm install --no-save playwright-core
 *     CODE_SERVER="node PATH/code-server/out/node/entry.js" CHROMIUM=/usr/bin/chromium npm run test:real
 *
 * `npm test` leaves it out, because code-server is as large as VS Code.  What was seen last is in out/real-*.png.
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import test, { after, before } from "node:test";
import { fileURLToPath, URL } from "node:url";
import { chromium } from "playwright-core";

const EXTENSION = fileURLToPath(new URL("../..", import.meta.url));
const PYTHON = process.env.REMORA_PYTHON ?? path.join(EXTENSION, "../../.venv/bin/python");
const [NODE, ...ENTRY] = (process.env.CODE_SERVER ?? "code-server").split(" ");
const BREAKPOINT = ".codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified";
const STACK = ".debug-call-stack .monaco-list-row";
const FILES = {
  "program.py": ["def total(items):", "    amount = sum(items)", "    return amount", "", "", "total([1, 2])", ""],
  "parent.py": [
    "import subprocess, sys",
    "if sys.argv[1:] == ['child']:",
    "    answer = 42",
    "    print(answer)",
    "else:",
    "    subprocess.run([sys.executable, __file__, 'child'])",
    "",
  ],
  "running.py": [
    "import time",
    "def tick(count):",
    "    time.sleep(0.1)",
    "    return count + 1",
    "count = 1000",
    "while True:",
    "    count = tick(count)",
    "",
  ],
};

let home, address, browser;
const endings = [];

before(async () => {
  home = mkdtempSync(path.join(tmpdir(), "remora-code-"));
  endings.push(() => rmSync(home, { recursive: true, force: true }));
  address = await codeServer();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  endings.push(() => browser.close());
});

after(async () => {
  for (const end of endings.reverse()) {
    await end();
  }
});

test("F5 stops at a breakpoint", async (t) => {
  const page = await opened(t, "program.py", "return");
  await page.keyboard.press("F5");
  await page.locator(STACK, { hasText: "total" }).waitFor();
  assert.match(await local(page, "amount"), /amount =\s*3/);
});

test("a child process has a session of its own", async (t) => {
  const page = await opened(t, "parent.py", "print");
  await page.keyboard.press("F5");
  await page.locator(STACK, { hasText: "Subprocess" }).waitFor();
  await page.locator(STACK, { hasText: "<module>" }).waitFor();
  assert.match(await local(page, "answer"), /answer =\s*42/);
  await page.keyboard.press("F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
});

test("a process that runs is picked and attached to", async (t) => {
  const debuggee = spawn(PYTHON, [path.join(home, "folder", "running.py")]);
  t.after(() => debuggee.kill());
  const page = await opened(t, "running.py", "return");
  await page.keyboard.press("F1");
  await page.keyboard.type("Remora: Attach to Process");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Attach to Process" }).first().click();
  const shown = page.locator(".quick-input-list .monaco-list-row", { hasText: debuggee.pid.toString() });
  await shown.waitFor();
  assert.match(await shown.innerText(), /Python 3\.\d+ · .*running\.py/s);
  await shown.click();
  await page.locator(STACK, { hasText: "tick" }).waitFor();
  assert.match(await local(page, "count"), /count =\s*1\d{3}/);
  await page.keyboard.press("Shift+F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  assert.equal(debuggee.exitCode, null);
});

/** VS Code with `file` open, and a breakpoint in the first line with `text`.  What it shows last is kept. */
async function opened(t, file, text) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(40_000);
  t.after(async () => {
    mkdirSync(path.join(EXTENSION, "out"), { recursive: true });
    await page.screenshot({ path: path.join(EXTENSION, "out", `real-${file}.png`) });
    await page.context().close();
  });
  await page.goto(`${address}/?folder=${path.join(home, "folder")}`);
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: file }).dblclick();
  await page.locator(".view-line", { hasText: text }).first().click();
  // Keys have no effect until the extension has been read.
  await page.locator(".monaco-workbench").waitFor();
  while ((await page.locator(BREAKPOINT).count()) === 0) {
    await page.keyboard.press("F9");
    await page.locator(BREAKPOINT).first().waitFor({ timeout: 1000 }).catch(() => undefined);
  }
  return page;
}

/** How a local variable is shown. */
async function local(page, name) {
  const variable = page.locator(".debug-variables .monaco-list-row", { hasText: `${name} =` }).first();
  await page.locator(".debug-variables .monaco-list-row", { hasText: "Locals" }).first().waitFor();
  if ((await variable.count()) === 0) {
    await page.locator(".debug-variables .monaco-list-row", { hasText: "Locals" }).first().click();
  }
  await variable.waitFor();
  return variable.innerText();
}

/** Starts a VS Code that has the extension and a folder with programs; where it listens. */
async function codeServer() {
  const [user, extensions, folder] = ["user", "extensions", "folder"].map((name) => path.join(home, name));
  mkdirSync(path.join(user, "Machine"), { recursive: true });
  mkdirSync(folder);
  const settings = { "remora.command": [PYTHON, "-m", "remora"] };
  writeFileSync(path.join(user, "Machine", "settings.json"), JSON.stringify(settings));
  for (const [name, lines] of Object.entries(FILES)) {
    writeFileSync(path.join(folder, name), lines.join("\n"));
  }
  writeFileSync(path.join(home, "config.yaml"), "auth: none\n");
  const config = ["--config", path.join(home, "config.yaml")];
  const places = [...config, "--user-data-dir", user, "--extensions-dir", extensions];
  execFileSync(NODE, [...ENTRY, ...places, "--install-extension", path.join(EXTENSION, "remora.vsix")]);
  const port = await freePort();
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"];
  const server = spawn(NODE, [...ENTRY, ...places, ...quiet, "--bind-addr", `127.0.0.1:${port}`]);
  const ended = once(server, "exit");
  endings.push(() => {
    server.kill();
    return ended;
  });
  const listening = new Promise((resolve) => {
    server.stdout.setEncoding("utf8").on("data", (text) => text.includes("HTTP server listening") && resolve(true));
  });
  assert.equal(await Promise.race([listening, ended]), true, "code-server has ended");
  return `http://127.0.0.1:${port}`;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
