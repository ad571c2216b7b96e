/**
 * The packaged extension in a real VS Code: F5 stops at a breakpoint, and shows the variables there.
 *
 *     npm run package && npm install --no-save playwright-core
 *     CODE_SERVER="node PATH/code-server/out/node/entry.js" CHROMIUM=/usr/bin/chromium npm run test:real
 *
 * `npm test` leaves it out, because code-server is as large as VS Code.  What was seen is in out/real.png.
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import test from "node:test";
import { fileURLToPath, URL } from "node:url";
import { chromium } from "playwright-core";

const EXTENSION = fileURLToPath(new URL("../..", import.meta.url));
const PYTHON = process.env.REMORA_PYTHON ?? path.join(EXTENSION, "../../.venv/bin/python");
const [NODE, ...ENTRY] = (process.env.CODE_SERVER ?? "code-server").split(" ");
const PROGRAM = ["def total(items):", "    amount = sum(items)", "    return amount", "", "", "total([1, 2])", ""];
const BREAKPOINT = ".codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified";

test("F5 stops at a breakpoint", async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), "remora-code-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const address = await codeServer(t, home);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(40_000);
  try {
    await page.goto(`${address}/?folder=${path.join(home, "folder")}`);
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "program.py" }).dblclick();
    await page.locator(".view-line", { hasText: "return" }).first().click();
    // Keys have no effect until the extension has been read.
    await page.locator(".monaco-workbench").waitFor();
    while ((await page.locator(BREAKPOINT).count()) === 0) {
      await page.keyboard.press("F9");
      await page.locator(BREAKPOINT).first().waitFor({ timeout: 1000 }).catch(() => undefined);
    }
    await page.keyboard.press("F5");
    await page.locator(".debug-call-stack .monaco-list-row", { hasText: "total" }).waitFor();
    const locals = page.locator(".debug-variables .monaco-list-row", { hasText: "Locals" }).first();
    await locals.click();
    const amount = page.locator(".debug-variables .monaco-list-row", { hasText: "amount" }).first();
    await amount.waitFor();
    assert.match(await amount.innerText(), /amount =\s*3/);
  } finally {
    mkdirSync(path.join(EXTENSION, "out"), { recursive: true });
    await page.screenshot({ path: path.join(EXTENSION, "out", "real.png") });
  }
});

/** Starts a VS Code that has the extension and a folder with one program; where it listens. */
async function codeServer(t, home) {
  const [user, extensions, folder] = ["user", "extensions", "folder"].map((name) => path.join(home, name));
  mkdirSync(path.join(user, "Machine"), { recursive: true });
  mkdirSync(folder);
  const settings = { "remora.command": [PYTHON, "-m", "remora"] };
  writeFileSync(path.join(user, "Machine", "settings.json"), JSON.stringify(settings));
  writeFileSync(path.join(folder, "program.py"), PROGRAM.join("\n"));
  writeFileSync(path.join(home, "config.yaml"), "auth: none\n");
  const config = ["--config", path.join(home, "config.yaml")];
  const places = [...config, "--user-data-dir", user, "--extensions-dir", extensions];
  execFileSync(NODE, [...ENTRY, ...places, "--install-extension", path.join(EXTENSION, "remora.vsix")]);
  const port = await freePort();
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"];
  const server = spawn(NODE, [...ENTRY, ...places, ...quiet, "--bind-addr", `127.0.0.1:${port}`]);
  const ended = once(server, "exit");
  t.after(() => {
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
