import assert from "node:assert/strict";
import test from "node:test";
import { parseEnvironment } from "../src/environmentFile";

function parsed(...lines: string[]): Record<string, string> {
  return parseEnvironment(lines.join("\n"), { HOME: "/home/ada" });
}

test("names and values", () => {
  assert.deepEqual(parsed("A=1", "  B = two words  ", "export C=3", "D="), { A: "1", B: "two words", C: "3", D: "" });
});

test("comments, empty lines and what is no assignment are passed by", () => {
  assert.deepEqual(parsed("# A=1", "", "just words", "B=1 # one", "1C=1"), { B: "1" });
});

test("quotes keep what is between them", () => {
  const lines = [`A=" a # b "`, `B='$\{HOME}\\n'`, String.raw`C="say \"so\"\n"`];
  assert.deepEqual(parsed(...lines), { A: " a # b ", B: "${HOME}\\n", C: 'say "so"\n' });
});

test("references are to what comes before, or to the outer environment", () => {
  const lines = ["A=${HOME}/lib", 'B="${A}:${MISSING}"', "HOME=/", "C=${HOME}", String.raw`D=\${HOME}`];
  assert.deepEqual(parsed(...lines), { A: "/home/ada/lib", B: "/home/ada/lib:", HOME: "/", C: "/", D: "${HOME}" });
});

test("lines may end as on Windows", () => {
  assert.deepEqual(parseEnvironment("A=1\r\nB='2'\r\n", {}), { A: "1", B: "2" });
});
