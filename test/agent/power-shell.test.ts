import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PipelineRefused } from "../../local/agent/yaml/problems.ts";
import { runFixture } from "./run-fixture.ts";

/** Shows how it was started, and the script without its byte order mark. */
const fakeShell = `#!/bin/bash
printf '[%s]' "$@" | sed -E "s#'[^']*/([^/']*)'#'<temp>/\\1'#"; echo
script="\${!#}"; script="\${script#* \\'}"
sed $'s/^\\xef\\xbb\\xbf/BOM /; s/##vso/##_vso/' "\${script%\\'}"
grep -q 'fails' "\${script%\\'}" && exit 3
grep -q 'complains' "\${script%\\'}" && echo complaint >&2
exit 0
`;
const started = "[-NoLogo][-NoProfile][-NonInteractive][-Command]";
const end = [
  "if (!(Test-Path -LiteralPath variable:LASTEXITCODE)) {",
  "    Write-Host '##_vso[task.debug]$LASTEXITCODE is not set.'",
  "} else {",
  "    Write-Host ('##_vso[task.debug]$LASTEXITCODE: {0}' -f $LASTEXITCODE)",
  "    exit $LASTEXITCODE",
  "}",
];
const stop = "BOM $ErrorActionPreference = 'Stop'";
const quiet = "$ProgressPreference = 'SilentlyContinue'";

/**
 * A step, and the script that PowerShell@2 writes for it, how it starts it, or the error:
 * https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/powershell-v2 and Tasks/PowerShellV2/powershell.ts of
 * microsoft/azure-pipelines-tasks.
 */
const cases: [step: string, script: string[], more?: { operator?: string; error?: string }][] = [
  ["pwsh: Get-Date", [stop, quiet, "Get-Date", ...end]],
  ["powershell: Get-Date", [stop, quiet, "Get-Date", ...end]],
  [
    "pwsh: Get-Date\n    errorActionPreference: silentlycontinue\n    ignoreLASTEXITCODE: true",
    ["BOM $ErrorActionPreference = 'SilentlyContinue'", quiet, "Get-Date"],
  ],
  [
    "task: PowerShell@2\n    inputs: { filePath: tools/it's.ps1, arguments: -Day 1, errorActionPreference: default, progressPreference: default, warningPreference: stop, runScriptInSeparateScope: true }",
    ["BOM $WarningPreference = 'Stop'", ". '<sources>/tools/it''s.ps1' -Day 1", ...end],
    { operator: "&" },
  ],
  ["pwsh: fails", [stop, quiet, "fails", ...end], { error: "pwsh exited with code '3'." }],
  [
    "pwsh: complains\n    failOnStderr: true",
    [stop, quiet, "complains", ...end, "complaint"],
    { error: "pwsh wrote to standard error, and failOnStderr is true." },
  ],
];

describe("PowerShell", () => {
  const path0 = process.env.PATH ?? "";
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => {
    process.env.PATH = path0;
    rmSync(folder, { recursive: true, force: true });
  });
  const pipeline = (steps: string) => {
    const file = path.join(folder, "pipeline.yml");
    writeFileSync(file, `steps:\n  - checkout: none\n${steps}`);
    return file;
  };

  it("PowerShell steps run the script that Microsoft's task writes", async () => {
    writeFileSync(path.join(folder, "pwsh"), fakeShell, { mode: 0o755 });
    process.env.PATH = `${folder}${path.delimiter}${path0}`;
    const steps = cases.map(([step]) => `  - ${step}\n    continueOnError: true\n`).join("");
    const { text } = await runFixture(pipeline(steps));
    const shown = text
      .replaceAll("<run>/work/1/s/", "'<sources>/")
      .split(/^\d+\. .*\n/m)
      .slice(2)
      .map((part) => part.split("\n").filter((line) => /^ {3}(?!error|[✓!])/.test(line)))
      .map((lines) => lines.map((line) => line.slice(3).replace(/[\w-]{36}\.ps1/, "<script>.ps1")));
    assert.deepEqual(
      shown.slice(0, cases.length),
      cases.map(([, script, { operator = "." } = {}]) => [
        `${started}[${operator} '<temp>/<script>.ps1']`,
        ...script,
      ]),
    );
    for (const [, , { error } = {}] of cases) if (error) assert(text.includes(`error: ${error}`), text);
    assert.match(text, /^2\. Get-Date$/m);
  });

  it("PowerShell steps are refused if pwsh is not on the PATH, except those that are not enabled", async () => {
    process.env.PATH = folder;
    const file = pipeline(
      "  - pwsh: Get-Date\n  - task: PowerShell@2\n    inputs: { targetType: inline, script: Get-Date }\n  - pwsh: Get-Date\n    enabled: false\n",
    );
    await assert.rejects(runFixture(file), (error: Error) => {
      assert(error instanceof PipelineRefused && error.isSkippable, error.stack);
      const what =
        "the task PowerShell needs PowerShell, but pwsh is not on the PATH; install it, or use bash or script.";
      assert.deepEqual(
        error.message.split("\n").map((line) => line.slice(line.indexOf("/pipeline.yml"))),
        [`/pipeline.yml:3:5: ${what}`, `/pipeline.yml:4:5: ${what}`],
      );
      return true;
    });
  });
});
