import type { CommandDeclaration } from "./command-line/declaration.ts";

export const runDeclaration = {
  name: "run",
  summary: "run a pipeline on a fresh local workspace",
  argument: { name: "PIPELINE.yml", noun: "pipeline" },
  description:
    "Runs an Azure Pipelines file on a fresh local workspace: simulated Databricks, Key Vault, Entra ID and Azure DevOps that execute the " +
    "notebooks for real. What the workspace contains before the run is in notebook-ops.local.yml, beside the pipeline or in a folder above " +
    "it up to the root of the repository.",
  options: {
    var: {
      value: "NAME=VALUE",
      multiple: true,
      description: "set a variable; it overrides the pipeline's own",
    },
    parameter: {
      value: "NAME=VALUE",
      multiple: true,
      description: "set a parameter; JSON if its type is object",
    },
    secret: {
      value: "NAME[=VALUE]",
      multiple: true,
      description:
        "set a secret variable to the environment variable of that name; with =VALUE to that value, which every user of the machine can " +
        "then read on the command line",
    },
    "secret-file": {
      value: "NAME=PATH",
      multiple: true,
      description: "set a secret variable to the content of a file; - is standard input",
    },
    node: {
      value: "20|24",
      description: "which of the agent's Node versions runs the tasks; by default the newest installed",
    },
    record: {
      value: "FILE",
      description: "write the result as JSON: jobs, steps, variables, what is left alive",
    },
    "skip-unsupported": {
      description:
        "run the pipeline without its parts that the local agent does not support; the end of the output lists them",
    },
    keep: { description: "keep the workspace running after the pipeline, until Ctrl-C" },
  },
  notes:
    "Ctrl-C cancels as Azure DevOps does: clean-up steps still run. A second Ctrl-C ends everything at once. The exit code is 0 if the " +
    "pipeline succeeded (also without what --skip-unsupported left out), 1 if it failed, 130 if it was canceled, and 2 if nothing was started, " +
    "because the arguments, the config or the pipeline are wrong or not supported.",
  example: "notebook-ops run examples/databricks-weather/azure-pipelines-pr.yml --record run.json",
} as const satisfies CommandDeclaration;

export const emulatorDeclaration = {
  name: "emulator",
  summary: "run the local workspace alone, or beside a command",
  afterDashes: { name: "COMMAND…", noun: "command" },
  description:
    "Starts the local workspace on loopback, with a certificate authority and tokens of its own, until Ctrl-C. With a command it runs as long " +
    "as the command does, exits with its exit code, and gives it the environment by which unmodified clients find and trust the workspace " +
    "(DATABRICKS_HOST, DATABRICKS_TOKEN, AZURE_*, NODE_EXTRA_CA_CERTS, …).",
  options: {
    config: {
      value: "FILE",
      description: "what the workspace contains at the start, in the format of notebook-ops.local.yml",
    },
    port: {
      value: "N",
      description:
        "listen on port N and those after it (Databricks on N + 1); by default on any free ports. The key ports of the config gives a single " +
        "service its port",
    },
    json: {
      description: "when ready, print one JSON object: URLs, tokens, the certificate authority's file",
    },
  },
  notes:
    "The exit code is 0 after Ctrl-C, that of the command if there is one, 1 if the workspace or the command cannot start, and 2 if the " +
    "arguments or the config are wrong.",
  example: "notebook-ops emulator --config notebook-ops.local.yml -- python my_script.py",
} as const satisfies CommandDeclaration;

export const pinDeclaration = {
  name: "pin",
  summary: "set the default of a widget in every notebook of a folder",
  argument: { name: "FOLDER", noun: "folder" },
  description:
    "Sets the default of a widget in every notebook of a folder that declares it, and leaves every other byte as it is. If that is not " +
    "possible in one notebook, nothing is changed.",
  options: {
    widget: { value: "NAME", required: true, description: "the widget, for example package_version" },
    value: { value: "VALUE", required: true, mayBeEmpty: true, description: "its new default" },
    out: {
      value: "FOLDER",
      description: "write the folder with the pinned notebooks there, instead of in place",
    },
    json: {
      description: "print one JSON object: widget, value, folder, changed, pins, warnings, leftOut",
    },
  },
  notes:
    "The exit code is 0 if the notebooks are pinned, 1 if they cannot be, and 2 if the arguments are wrong.",
  example: "notebook-ops pin notebooks --widget package_version --value 1.0.0 --out pinned",
} as const satisfies CommandDeclaration;

export const reportDeclaration = {
  name: "report",
  summary: "make one HTML report of JUnit files",
  argument: { name: "RESULTS.xml", noun: "JUnit file", multiple: true },
  description:
    "Makes one HTML file of JUnit files of any producer: totals, timeline, failures with their traces.",
  options: { html: { value: "FILE", required: true, description: "the file to write" } },
  notes:
    "The exit code is 0 if the report was written, whatever the results in it, 1 if results cannot be read or the report cannot be " +
    "written, and 2 if the arguments are wrong.",
  example: "notebook-ops report TEST-pytest.xml TEST-notebooks.xml --html report.html",
} as const satisfies CommandDeclaration;
