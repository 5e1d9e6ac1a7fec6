import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { packArtifact } from "../../shared/notebook/artifact/pack.ts";
import { askDatabricks } from "../harness/databricks-api.ts";
import { askFabric } from "../harness/fabric-api.ts";
import { type Attempt, attachTestStatus, type HostileStage } from "./stage.ts";
import { asOneLine } from "./texts.ts";

const notebook = (...cells: string[]) =>
  ["# Databricks notebook source", ...cells].join("\n# COMMAND ----------\n");
/** A Python literal of a text: a JSON string is one. */
const python = (value: unknown) => JSON.stringify(value);

/** Replaces the notebooks of the previous run by one. */
const withNotebook =
  (source: (stage: HostileStage) => string): NonNullable<Attempt["prepare"]> =>
  async (stage) => {
    await rm(stage.file("sources", "notebooks"), { recursive: true, force: true });
    await mkdir(stage.file("sources", "notebooks"), { recursive: true });
    await writeFile(stage.file("sources", "notebooks", "quality.py"), source(stage));
  };

const exits = (value: (stage: HostileStage) => unknown) =>
  withNotebook((stage) => notebook(`dbutils.notebook.exit(${python(value(stage))})`));

/** A text escaped for XML, without characters that XML cannot contain. */
const xml = (text: string) =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

function junit({ corpus }: HostileStage): string {
  const cases = corpus.map(({ text }) => {
    const [value, cdata] = [
      xml(text),
      text.replaceAll("]]>", "]] >").replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, ""),
    ];
    return `<testcase name="${value}" classname="${value}" file="${value}" time="1">
      <properties><property name="${value}" value="${value}"/><property name="url" value="https://evil.example/${value}"/></properties>
      <failure message="${value}">${value}</failure>
      <system-out>${value}</system-out><system-err><![CDATA[${cdata}]]></system-err>
      <rerunFailure message="${value}"><stackTrace>${value}</stackTrace></rerunFailure>
    </testcase>`;
  });
  return `<testsuites><testsuite name="${xml(corpus[0]!.text)}"><system-out>${xml(corpus.map(({ text }) => text).join("\n"))}</system-out>${cases.join("")}</testsuite></testsuites>`;
}

/** A notebook that prints and shows the secret that it was given, in each form. */
const showsItsSecret = notebook(
  'dbutils.widgets.text("pw", "")\npw = dbutils.widgets.get("pw")',
  "import base64, json, urllib.parse\nforms = [pw, json.dumps(pw), repr(pw), urllib.parse.quote(pw), base64.b64encode(pw.encode()).decode(), base64.b64encode(b'u:' + pw.encode()).decode()]",
  "print(forms)",
  "displayHTML('<b>' + pw.replace('&', '&amp;').replace('<', '&lt;') + '</b><i>' + pw + '</i>')",
);

/** Replaces the test file of the project. */
const withTests =
  (source: (stage: HostileStage) => string): NonNullable<Attempt["prepare"]> =>
  (stage) =>
    writeFile(stage.file("sources", "project", "test_etl.py"), source(stage));

/** JSON escapes a character beyond the first plane as two surrogates, which Python does not join; pytest cannot write JUnit with one of them alone. */
const textsOf = ({ corpus }: HostileStage) =>
  `[text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in ${python(corpus.map(({ text }) => text))}]`;

const runSparkTests: readonly Attempt[] = [
  {
    name: "what its tests are called, print, record and assert",
    prepare: withTests(
      (stage) => `import pytest
TEXTS = ${textsOf(stage)}
@pytest.mark.parametrize("text", TEXTS, ids=TEXTS)
def test_text(text, record_property):
    record_property(text, text)
    print(text)
    raise AssertionError(text)
`,
    ),
  },
  {
    name: "what a test writes among the results of the run",
    prepare: withTests(
      (stage) => `import json, os
def test_text():
    with open(os.path.join(os.environ["FABRIC_TEST_ARTIFACTS"], "..", "events.jsonl"), "a") as file:
        file.write(json.dumps({"event": ${python(stage.text())}}) + "\\n")
    raise SystemExit(${textsOf(stage)}[0])
`,
    ),
  },
];

const deployedFolder = "/Shared/hostile/deployed";

async function putInWorkspace(stage: HostileStage, objects: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(objects)) {
    await askDatabricks(stage.workspace, "POST", "/api/2.0/workspace/mkdirs", {
      path: path.posix.dirname(name),
    });
    await askDatabricks(stage.workspace, "POST", "/api/2.0/workspace/import", {
      path: name,
      ...(text.startsWith("# Databricks") ? { format: "SOURCE", language: "PYTHON" } : { format: "RAW" }),
      content: Buffer.from(text).toString("base64"),
      overwrite: true,
    });
  }
}

const runNotebook: readonly Attempt[] = [
  { name: "an exit value", prepare: exits((stage) => stage.text()) },
  {
    name: "tests that a notebook reports as JSON",
    prepare: exits(({ corpus }) =>
      JSON.stringify({
        tests: corpus.map(({ text }, index) => ({
          name: `${index} ${text}`,
          outcome: "failed",
          message: text,
        })),
      }),
    ),
  },
  { name: "tests that a notebook reports as JUnit XML", prepare: exits(junit) },
  {
    name: "a JUnit file that a notebook names outside of the workspace",
    prepare: exits(({ outside }) => JSON.stringify({ junit: path.join(outside, "canary") })),
  },
  {
    name: "what a notebook prints, shows and raises",
    prepare: withNotebook((stage) =>
      notebook(
        `text = ${python(stage.text().replaceAll("\u0000", ""))}\nprint(text)`,
        "displayHTML(text)",
        "def check():\n  raise ValueError(text)\ncheck()",
      ),
    ),
  },
  ...[
    "raise ValueError(pw)",
    "dbutils.notebook.exit(json.dumps(forms))",
    "dbutils.notebook.exit(json.dumps({'tests': [{'name': form, 'outcome': 'failed', 'message': form} for form in forms]}))",
  ].map(
    (end): Attempt => ({
      name: `a notebook that was given a secret and ends by ${end}`,
      prepare: withNotebook(() => `${showsItsSecret}\n# COMMAND ----------\n${end}\n`),
    }),
  ),
  {
    name: "a traceback whose escape sequences take a secret apart",
    prepare: withNotebook(
      () =>
        `${showsItsSecret}\n# COMMAND ----------\nraise ValueError(pw[:9] + "\\x1b[31m" + pw[9:] + " " + pw[:9] + "\\x1b]0;x\\x07" + pw[9:])\n`,
    ),
  },
  {
    name: "names of notebooks",
    async prepare(stage) {
      await withNotebook(() => notebook("dbutils.notebook.exit('ok')"))(stage);
      for (const [index, name] of stage.names().entries())
        await writeFile(
          stage.file("sources", "notebooks", `${index}${name}.py`),
          notebook("raise ValueError('failed')"),
        );
    },
  },
  {
    name: "what the platform says of a run",
    prepare: (stage) =>
      stage.workspace.declareFault({
        match: { operation: "run.start" },
        then: { fail: { message: stage.text() } },
      }),
  },
  {
    name: "names and records in a deployed folder",
    options: { inputs: { notebookFolder: "", workspaceFolder: deployedFolder } },
    async prepare(stage) {
      const record = {
        schema: "notebook-ops/deployment/1",
        state: "deployed",
        environment: stage.text(),
        workspaceFolder: "/../..",
        artifact: { name: `../../${stage.outside}/x`, version: stage.text(), digest: stage.text() },
        deployedOn: stage.text(),
        buildId: stage.text(),
        objects: stage.names().map((name) => ({ path: `../${name}`, file: name, sha256: name })),
      };
      await putInWorkspace(stage, {
        [`${deployedFolder}/notebook-ops-deployment.json`]: JSON.stringify(record),
        [`${deployedFolder}/a ##vso[task.complete]`]: notebook("raise ValueError('failed')"),
      });
    },
  },
];

/** Streams that run until they are cancelled, with a validation that is tried for a second. */
const streams = (text: (stage: HostileStage) => string): Pick<Attempt, "options" | "prepare"> => ({
  options: { inputs: { mode: "streaming" } },
  async prepare(stage) {
    const folder = stage.file("sources", "notebooks");
    await writeFile(path.join(folder, "stream.py"), notebook("import time\ntime.sleep(60)"));
    await writeFile(
      path.join(folder, "etl.py"),
      notebook(`text = ${python(text(stage))}\nprint(text)`, "raise ValueError(text)"),
    );
    await writeFile(path.join(folder, "produce.py"), notebook("print(1)"));
    await writeFile(
      stage.file("sources", "streaming.yml"),
      "job: { notebook: stream }\niterations: [{ name: One, produce: produce, validate: { notebook: etl, within: 1s } }]\n",
    );
  },
});

/** A batch whose notebooks are all the one of `prepare`. */
const batch = (prepare: NonNullable<Attempt["prepare"]>): Pick<Attempt, "prepare"> => ({
  async prepare(stage) {
    await prepare(stage);
    await writeFile(
      stage.file("sources", "streaming.yml"),
      "job: { notebook: quality }\niterations: [{ name: One, produce: quality, validate: quality }]\n",
    );
  },
});

const runStreamingTest: readonly Attempt[] = [
  { name: "an exit value", ...batch(exits((stage) => stage.text())) },
  {
    name: "what a validation prints and raises",
    ...streams((stage) => stage.text().replaceAll("\u0000", "")),
  },
  {
    name: "names of a definition",
    async prepare(stage) {
      const name = JSON.stringify(stage.text());
      await writeFile(
        stage.file("sources", "streaming.yml"),
        `name: ${name}\njob: { notebook: ${name} }\niterations: [{ name: ${name}, produce: { files: ${name}, to: ${name} }, validate: etl }]\n`,
      );
    },
  },
  {
    name: "what the platform says of a run",
    ...batch(async (stage) => {
      await exits(() => "ok")(stage);
      await stage.workspace.declareFault({
        match: { operation: "run.start" },
        then: { fail: { message: stage.text() } },
      });
    }),
  },
];

/** Deploys an artifact of these files, in a folder of its own, and tests it. */
function deployed(name: string, files: (stage: HostileStage) => Record<string, string>): Attempt {
  const folder = `/Shared/hostile/${name.replaceAll(" ", "-")}`;
  return {
    name,
    options: { inputs: { workspaceFolder: folder, scenarios: "tests/**" } },
    async prepare(stage) {
      const source = stage.file(`source-${stage.attempts}`);
      const out = stage.file(`artifact-${stage.attempts}`);
      for (const [file, text] of Object.entries(files(stage))) {
        await mkdir(path.dirname(path.join(source, file)), { recursive: true });
        await writeFile(path.join(source, file), text);
      }
      await packArtifact({ folder: source, out, name: "weather", version: "1.0.0", source: {} });
      await stage.deploy(out, folder);
    },
  };
}

/** JSON is YAML. */
const listed = (...scenarios: object[]) => ({ "notebook-scenarios.yml": JSON.stringify({ scenarios }) });
const hostileTests = ({ corpus }: HostileStage) =>
  JSON.stringify({
    tests: corpus.map(({ text }, index) => ({ name: `${index} ${text}`, outcome: "failed", message: text })),
  });

const runTestScenarios: readonly Attempt[] = [
  deployed("names owners and parameters of scenarios", (stage) => ({
    ...listed(
      ...stage.names().map((name, index) => ({
        name: `${index} ${name.replace(/[\p{Cc}\u2028\u2029]/gu, "")}`.slice(0, 200).trim(),
        notebook: "check",
        owner:
          name
            .replace(/[\p{Cc}\u2028\u2029]/gu, "")
            .slice(0, 200)
            .trim() || "x",
        parameters: { [`x${stage.text().slice(0, 50)}`]: stage.text() },
        retries: 1,
        quarantined: index % 2 === 1,
      })),
    ),
    "check.py": notebook("raise ValueError('failed')"),
  })),
  deployed("unknown keys and values of a list of scenarios", (stage) => ({
    ...listed({
      [stage.text()]: stage.text(),
      name: stage.text(),
      notebook: stage.text(),
      tags: [stage.text()],
    }),
    "check.py": notebook("dbutils.notebook.exit('ok')"),
  })),
  deployed("a list of scenarios that is not YAML", (stage) => ({
    "notebook-scenarios.yml": stage.text(),
    "check.py": notebook("dbutils.notebook.exit('ok')"),
  })),
  deployed("notebooks and jobs of scenarios", (stage) => ({
    ...listed(
      ...stage.names().flatMap((name, index) => [
        {
          name: `notebook ${index}`,
          notebook: `x${name.replace(/[^\p{L}\p{N} ]/gu, "")}`.slice(0, 200).trim(),
        },
        { name: `job ${index}`, job: `x${name.replace(/[\p{Cc}\u2028\u2029]/gu, "")}`.slice(0, 200).trim() },
      ]),
    ),
    "check.py": notebook("dbutils.notebook.exit('ok')"),
  })),
  deployed("tests that a scenario reports", (stage) => ({
    "tests/quality.py": notebook(`dbutils.notebook.exit(${python(hostileTests(stage))})`),
  })),
  deployed("a scenario that was given a secret", () => ({
    "tests/quality.py": `${showsItsSecret}\n# COMMAND ----------\nraise ValueError(pw)\n`,
  })),
  {
    name: "what the platform says of a scenario's run",
    prepare: (stage) =>
      stage.workspace.declareFault({
        match: { operation: "run.start" },
        then: { fail: { message: stage.text() } },
      }),
  },
];

const createCluster: readonly Attempt[] = [
  {
    name: "what the platform and the cloud say of a cluster",
    prepare: (stage) =>
      stage.workspace.declareFault({
        match: { operation: "cluster.start" },
        then: {
          terminate: {
            code: stage.text(),
            type: "CLOUD_FAILURE",
            parameters: { azure_error_message: stage.text() },
          },
        },
      }),
  },
  {
    name: "what the platform says of a library",
    options: { inputs: { libraries: "some-package==1.0" } },
    prepare: (stage) =>
      stage.workspace.declareFault({
        match: { operation: "library.install" },
        then: { fail: { message: stage.text() } },
      }),
  },
];

async function fabricItems({ workspace }: HostileStage): Promise<string> {
  const { value } = await askFabric<{ value: { id: string }[] }>(workspace, "GET", "/workspaces");
  return `/workspaces/${value[0]!.id}/items`;
}

const deployArtifact: readonly Attempt[] = [
  {
    name: "a manifest",
    async prepare(stage) {
      const file = stage.file("artifact", "notebook-artifact.json");
      const manifest = JSON.parse(await readFile(file, "utf8"));
      const source = {
        repository: stage.text(),
        commit: stage.text(),
        branch: stage.text(),
        buildId: stage.text(),
      };
      await writeFile(file, JSON.stringify({ ...manifest, source }));
    },
  },
  ...(["name", "version", "digest", "schema"] as const).map(
    (field): Attempt => ({
      name: `a manifest's ${field}`,
      async prepare(stage) {
        const file = stage.file("artifact", "notebook-artifact.json");
        const manifest = JSON.parse(await readFile(file, "utf8"));
        await writeFile(
          file,
          JSON.stringify({ ...manifest, [field]: `/../../../outside/x ${stage.text()}` }),
        );
      },
    }),
  ),
  {
    name: "what others keep in the folder and beside it",
    options: { inputs: { workspaceFolder: deployedFolder } },
    async prepare(stage) {
      const lock = { id: stage.text(), build: stage.text(), startedOn: new Date().toISOString() };
      await putInWorkspace(stage, {
        [`${deployedFolder}/##vso[task.complete result=Succeeded]`]: "x",
        [`${deployedFolder}/notebook-ops-deployment.json`]: stage.text(),
        [`${deployedFolder}.notebook-ops-lock`]: JSON.stringify(lock),
      });
    },
  },
  {
    name: "the lock of another deployment to Fabric",
    options: { inputs: { workspaceFolder: "", fabricWorkspace: "local" } },
    prepare: async (stage) => {
      const since = `notebook-ops lock since ${new Date().toISOString()} of `;
      const path = await fabricItems(stage);
      await askFabric(stage.workspace, "POST", path, {
        type: "Notebook",
        displayName: "notebook-ops-lock-weather--0123456789ab",
        description: `${since}${asOneLine(stage.corpus)}`.slice(0, 256),
      });
    },
  },
];

/** Hostile texts in places that only one task reads; every task is tried with hostile inputs and answers as well. */
export const scenarios: Record<string, readonly Attempt[]> = {
  DatabricksRunNotebook: runNotebook,
  FabricRunSparkTests: runSparkTests,
  DatabricksRunStreamingTest: runStreamingTest,
  DatabricksCreateCluster: createCluster,
  NotebookRunTestScenarios: runTestScenarios,
  NotebookDeployArtifact: deployArtifact,
  NotebookCheckTestStatus: [
    {
      name: "the texts of a test status",
      prepare: async (stage) => attachTestStatus(stage.workspace, () => stage.text()),
    },
    {
      name: "what approvers are called and say",
      options: { inputs: { requireSignOff: "true" }, variables: { "System.StageName": "production" } },
      prepare: async (stage) => {
        const build = stage.workspace.emulator.azureDevOps.builds.get("345");
        const state = "completed";
        build.timeline.update(
          { id: "s", parentId: null, type: "Stage", name: "production", identifier: "production", state },
          { id: "c", parentId: "s", type: "Checkpoint", name: "Checkpoint", state },
          { id: "a", parentId: "c", type: "Checkpoint.Approval", name: "Checkpoint.Approval", state },
        );
        const text = stage.text();
        const step = {
          status: "approved",
          actualApprover: { displayName: text },
          comment: text,
          lastModifiedOn: text,
        };
        await stage.workspace.declareFault({
          match: { service: "azure-devops", path: "/pipelines/approvals/a$" },
          when: "before",
          then: { body: { id: "a", status: "approved", steps: [step] } },
        });
      },
    },
    {
      name: "a test status that is not one",
      prepare: async (stage) => {
        const build = stage.workspace.emulator.azureDevOps.builds.get("345");
        const [attachment] = build.attachments;
        build.attachments = [{ ...attachment!, content: Buffer.from(`{"schema": ${python(stage.text())}}`) }];
      },
    },
  ],
  NotebookPublishArtifact: [
    {
      name: "what ArtifactTool prints",
      prepare: (stage) =>
        stage.workspace.declareFault({
          match: { service: "azure-devops", path: "/_packaging|/packaging|/upack|/content", nth: 1 },
          times: 1_000,
          when: "before",
          // Words of a refusal, after which the tool is not run again.
          then: { status: 400, body: { message: `it must be valid ${stage.text()}`, typeKey: stage.text() } },
        }),
    },
    {
      name: "names and contents of notebooks",
      async prepare(stage) {
        await withNotebook((each) => notebook(`x = ${python(each.text())}`))(stage);
        for (const name of stage.names())
          await writeFile(stage.file("sources", "notebooks", `a${name}.py`), notebook(stage.text()));
      },
    },
  ],
  KeyVaultFetchSecrets: [
    {
      name: "the values of secrets",
      prepare: ({ workspace, corpus }) => {
        const [first, ...lines] = corpus.map(({ text }) => text);
        const value = [first, ...lines].join("\n");
        return workspace.declareFault({
          match: { service: "key-vault", path: "^/secrets/password/", nth: 1 },
          times: 2,
          when: "after",
          then: { status: 200, body: { value, id: `${workspace.variables.KEY_VAULT}/secrets/password/1` } },
        });
      },
    },
  ],
};
