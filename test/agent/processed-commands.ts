import { CommandProcessor, type StepState } from "../../local/agent/commands/command-processor.ts";
import { SecretMasker } from "../../local/agent/commands/secret-masker.ts";
import { VariableStore } from "../../local/agent/variables.ts";

/** Lets a command processor read the lines that a step prints. `varied` is the part of the step's state that the test is about. */
export function processed(lines: string[], varied: Partial<StepState> = {}) {
  const written: string[] = [];
  const state: StepState = {
    stepName: "step",
    variables: new VariableStore(),
    taskVariables: new VariableStore(),
    masker: new SecretMasker(),
    outputNames: [],
    restrictions: {},
    debug: false,
    endpointIds: [],
    ...varied,
  };
  const processor = new CommandProcessor(state, (line) => written.push(line));
  for (const line of lines) processor.line(line);
  const messages = processor.issues.map(({ type, message }) => `${type}: ${message}`);
  return { processor, state, written, messages };
}
