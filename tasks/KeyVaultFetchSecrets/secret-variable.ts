import type { TaskHost } from "../../shared/task/host.ts";

/**
 * Sets one secret variable. The agent refuses secret variables of several lines, unless the pipeline weakens the masking of
 * the whole job (SYSTEM_UNSAFEALLOWMULTILINESECRET): such a value goes into `variable.base64`, whole and in one line.
 */
export function setSecretVariable(
  host: TaskHost,
  { name, value, variable }: { name: string; value: string; variable: string },
  { setOutputs }: { setOutputs: boolean },
): void {
  const set = (name: string, value: string) =>
    host.output(name, value, { secret: true, secretToOtherJobs: setOutputs });
  host.secrets.add(value);
  if (value === "") host.log.warning(`Secret '${name}' is empty.`);
  if (!/[\r\n]/.test(value)) {
    set(variable, value);
    host.log.line(`$(${variable}) is set to secret '${name}'.`);
    return;
  }
  set(`${variable}.base64`, Buffer.from(value, "utf8").toString("base64"));
  host.log.line(
    `$(${variable}.base64) is set to secret '${name}' in base64: Azure Pipelines refuses a secret variable of ${value.trimEnd().split(/\r\n|\r|\n/).length} lines.`,
  );
}
