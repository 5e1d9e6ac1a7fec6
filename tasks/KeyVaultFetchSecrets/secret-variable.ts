import type { TaskHost } from "../../shared/task/host.ts";
import { flatJson } from "./flat-json.ts";

/**
 * Sets one secret variable. JSON of several lines becomes one line, as AzureKeyVault@2 makes it; any other value stays as it is. A value of
 * several lines is set in base64 too, as `variable.base64`: whole, for scripts in which a line break would end a command.
 */
export function setSecretVariable(
  host: TaskHost,
  { name, value, variable }: { name: string; value: string; variable: string },
  { setOutputs }: { setOutputs: boolean },
): void {
  const set = (name: string, value: string) =>
    host.output(name, value, {
      secret: true,
      lines: /[\r\n]/.test(value),
      secretToOtherJobs: setOutputs,
    });
  host.secrets.add(value);
  if (value === "") host.log.warning(`Secret '${name}' is empty.`);
  const lines = value.trimEnd().split(/\r\n|\r|\n/).length;
  const flat = /[\r\n]/.test(value) ? flatJson(value) : undefined;
  set(variable, flat ?? value);
  if (!/[\r\n]/.test(value)) {
    host.log.line(`$(${variable}) is set to secret '${name}'.`);
    return;
  }
  set(`${variable}.base64`, Buffer.from(value, "utf8").toString("base64"));
  host.log.line(
    flat === undefined
      ? `$(${variable}) is set to secret '${name}', which has ${lines} lines: the log masks each of 6 or more characters, and shows shorter ones.`
      : `$(${variable}) is set to secret '${name}', whose JSON of ${lines} lines becomes one line.`,
  );
  host.log.line(`$(${variable}.base64) is set to secret '${name}' in base64, as it is in the vault.`);
}
