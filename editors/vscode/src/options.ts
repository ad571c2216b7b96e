/** What this extension knows of a configuration: the options it fills in.  The adapter knows the rest. */

import type { DebugConfiguration } from "vscode";

export const DEBUG_TYPE = "remora";

/** Ways to say which program to attach to: with one of them there is nothing to ask. */
const PLACES = ["processId", "target", "connect", "listen", "core", "port", "join"];

export function namesDebuggee(configuration: DebugConfiguration): boolean {
  return PLACES.some((option) => option in configuration);
}

/** What is run by F5 in a file, without a launch.json. */
export function forCurrentFile(): DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name: "Python: current file", program: "${file}" };
}

/** Attach to the process with this id. */
export function forProcess(pid: number): DebugConfiguration {
  return { type: DEBUG_TYPE, request: "attach", name: `Python: process ${pid.toString()}`, processId: pid };
}

/** The same configuration, for us instead of another debugger of Python. */
export function takenOver(configuration: DebugConfiguration): DebugConfiguration {
  return { ...configuration, type: DEBUG_TYPE };
}

export interface Surroundings {
  /** The directory that the program begins in, if the configuration does not say. */
  folder?: string | undefined;
  /** The interpreter that the user has selected. */
  python?: string | undefined;
}

/** A configuration for launching, with what people expect of an editor where it says nothing. */
export function withLaunchDefaults(configuration: DebugConfiguration, { folder, python }: Surroundings): DebugConfiguration {
  return {
    console: "integratedTerminal",
    showReturnValue: true,
    ...(folder !== undefined && { cwd: folder }),
    ...(python !== undefined && !("pythonPath" in configuration) && { python }),
    ...configuration,
  };
}

/** A configuration for attaching, with a question for the process where it names none. */
export function withAttachDefaults(configuration: DebugConfiguration): DebugConfiguration {
  const question = namesDebuggee(configuration) ? {} : { processId: "${command:remora.pickProcess}" };
  return { showReturnValue: true, ...question, ...configuration };
}
