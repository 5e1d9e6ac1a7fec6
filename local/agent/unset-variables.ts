import { nearestName } from "../../shared/text/nearest-name.ts";
import { expandMacros } from "./macros.ts";
import type { StepOptions, StepSession } from "./step-session.ts";

/** A macro. Names with spaces are left out, since they are probably commands of a shell, such as `$(date +%F)`. */
const macro = /\$\(([A-Za-z_][\w.-]*)\)/g;

/** Inputs of CmdLine, Bash and PowerShell that a shell reads, for which `$(name)` is a command. */
const shellInputs = ["script", "arguments"];

/**
 * Warns of macros in the YAML of a step whose variable nothing has set. The agent of Azure Pipelines leaves such a macro as it is and says
 * nothing. In a script, which may run a command so, only a name that is near to that of a variable is told of.
 */
export function warnOfUnsetVariables(
  { processor, variables }: Pick<StepSession, "processor" | "variables">,
  { inputs = {}, environment = {} }: Pick<StepOptions, "inputs" | "environment">,
): void {
  const names = [...variables].map(([name]) => name);
  // The value of a variable may contain a macro too. A warning must not quote a part of a secret.
  const openValue = (name: string) => {
    const found = variables.find(name);
    return found?.secret ? "" : found?.value;
  };
  const warnOf = (what: string, text: string, forShell: boolean) => {
    for (const name of new Set([...expandMacros(text, openValue).matchAll(macro)].map(([, name]) => name!))) {
      if (variables.find(name) !== undefined) continue;
      const nearest = nearestName(name, names);
      if (nearest === undefined && forShell) continue;
      const advice = nearest === undefined ? "define the variable." : `did you mean "${nearest}"?`;
      processor.issue("warning", `${what} contains $(${name}), a variable that nothing has set; ${advice}`);
    }
  };
  for (const [name, text] of Object.entries(inputs))
    warnOf(`The input ${name}`, text, shellInputs.includes(name.toLowerCase()));
  for (const [name, text] of Object.entries(environment))
    warnOf(`The environment variable ${name} of the step`, text, false);
}
