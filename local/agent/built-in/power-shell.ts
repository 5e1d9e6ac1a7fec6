import { couldNot } from "../../../shared/text/could-not.ts";
import { isOnPath } from "../process/on-path.ts";
import { type BuiltInStep, type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";
import { runShell, shellInputs, writeScript } from "./run-shell.ts";

/** The preference variables that a script begins with, each with its default, which `Default` leaves to PowerShell. */
const preferences = {
  errorActionPreference: "Stop",
  warningPreference: "Default",
  informationPreference: "Default",
  verbosePreference: "Default",
  debugPreference: "Default",
  progressPreference: "SilentlyContinue",
};
const preferenceValues = ["Default", "Stop", "Continue", "SilentlyContinue"];

/** How Microsoft's task ends a script, so that the step fails with the last program that failed. */
const exitWithLastCode = `if (!(Test-Path -LiteralPath variable:LASTEXITCODE)) {
    Write-Host '##vso[task.debug]$LASTEXITCODE is not set.'
} else {
    Write-Host ('##vso[task.debug]$LASTEXITCODE: {0}' -f $LASTEXITCODE)
    exit $LASTEXITCODE
}`;

/** PowerShell@2 writes the same script as Microsoft's task: https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/powershell-v2 */
export const powerShell: BuiltInTask = {
  manifest: builtInManifest("PowerShell", 2, "PowerShell", [
    textInput("targetType", "filePath"),
    textInput("filePath", "", { type: "filePath" }),
    textInput("arguments"),
    textInput("script"),
    ...Object.entries(preferences).map(([name, value]) => textInput(name, value)),
    textInput("ignoreLASTEXITCODE", "false", { type: "boolean" }),
    textInput("pwsh", "false", { type: "boolean" }),
    textInput("runScriptInSeparateScope", "false", { type: "boolean" }),
    ...shellInputs,
  ]),
  missing: ({ pwsh }) =>
    shellOf(pwsh) === undefined
      ? `PowerShell, but ${names(pwsh)[0]} is not on the PATH; install it, or use bash or script`
      : undefined,
  async run(step) {
    const { inputs } = step;
    const lines = [...preferenceLines(step), scriptOf(step)];
    if (!isTrue(inputs.get("ignoreLASTEXITCODE"))) lines.push(exitWithLastCode);
    // Windows PowerShell reads UTF-8 only with a byte order mark.
    const file = await writeScript(step, "ps1", `\ufeff${lines.join("\n")}`);
    const operator = isTrue(inputs.get("runScriptInSeparateScope")) ? "&" : ".";
    const policy = process.platform === "win32" ? ["-ExecutionPolicy", "Unrestricted"] : [];
    const command = ["-Command", `${operator} ${quoted(file)}`];
    const shell = shellOf(inputs.get("pwsh")) ?? "pwsh";
    return runShell(step, shell, ["-NoLogo", "-NoProfile", "-NonInteractive", ...policy, ...command]);
  },
};

/** Windows has two PowerShells; elsewhere, PowerShell is `pwsh`, whatever the input says. */
function names(pwsh: string | undefined): [string, ...string[]] {
  if (process.platform !== "win32") return ["pwsh", "powershell"];
  return [isTrue(pwsh) ? "pwsh.exe" : "powershell.exe"];
}

function shellOf(pwsh: string | undefined): string | undefined {
  return names(pwsh).find(isOnPath);
}

function preferenceLines({ inputs }: BuiltInStep): string[] {
  return Object.keys(preferences).flatMap((name) => {
    const given = inputs.get(name) ?? "";
    const value = preferenceValues.find((each) => each.toLowerCase() === given.toLowerCase());
    if (value === undefined)
      throw new Error(
        couldNot(`run PowerShell with ${name} ${given}`, "there is no such preference", `use ${oneOf()}`),
      );
    return value === "Default" ? [] : [`$${name[0]!.toUpperCase()}${name.slice(1)} = '${value}'`];
  });
}

function oneOf(): string {
  return `${preferenceValues.slice(0, -1).join(", ")} or ${preferenceValues.at(-1)}`;
}

function scriptOf({ inputs }: BuiltInStep): string {
  const type = inputs.get("targetType")?.toLowerCase();
  if (type === "inline") return inputs.get("script") ?? "";
  const file = inputs.get("filePath") ?? "";
  if (type !== "filepath")
    throw new Error(
      couldNot(`run PowerShell with targetType ${type}`, "there is no such type", "use filePath or inline"),
    );
  if (!/\.ps1$/i.test(file))
    throw new Error(
      couldNot(
        `run the PowerShell script ${file}`,
        "its name does not end in .ps1",
        "set filePath to a script",
      ),
    );
  return `. ${quoted(file)} ${inputs.get("arguments") ?? ""}`.trim();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}
