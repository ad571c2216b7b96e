/** Files of `NAME=value` lines, as `envFile` names them. */

const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*?))\s*(?:\s#.*)?$/;
const REFERENCE = /\\\$|\$\{(\w+)\}/g;

/**
 * The variables of such a file, in which `${NAME}` means one that comes before it, or of `outer`.
 * Lines that are no assignment are passed by.
 */
export function parseEnvironment(text: string, outer: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, doubleQuoted, singleQuoted, bare] = LINE.exec(line) ?? [];
    if (name === undefined) {
      continue;
    }
    const lookup = (variable: string) => found[variable] ?? outer[variable] ?? "";
    found[name] = singleQuoted ?? expanded(doubleQuoted === undefined ? (bare ?? "") : unescaped(doubleQuoted), lookup);
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\([n"\\])/g, (_, char: string) => (char === "n" ? "\n" : char));
}

function expanded(text: string, lookup: (name: string) => string): string {
  return text.replace(REFERENCE, (whole, name?: string) => (name === undefined ? whole.slice(1) : lookup(name)));
}
