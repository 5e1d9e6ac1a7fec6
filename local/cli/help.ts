export const HELP = `notebook-ops: run notebook pipelines on your own machine, with no cloud account

  notebook-ops run PIPELINE.yml      the pipeline on a fresh local workspace
  notebook-ops emulator              the local workspace alone, until Ctrl-C
  notebook-ops pin FOLDER            set the default of a widget in every notebook of a folder
  notebook-ops report RESULTS.xml…   the HTML report of JUnit files

notebook-ops COMMAND --help tells more of each.
`;

export const RUN_HELP = `notebook-ops run PIPELINE.yml [options]

Runs an Azure Pipelines file on a fresh local workspace: simulated Databricks, Key Vault, Entra ID and Azure DevOps
that execute the notebooks for real. What the workspace holds before the run stands in notebook-ops.local.yml beside
the pipeline, or in a folder above it up to the repository's root.

  --var NAME=VALUE        set a variable; wins over the pipeline's own
  --parameter NAME=VALUE  set a parameter (JSON where its type is object)
  --secret NAME           set a secret variable to the environment variable of that name
  --secret-file NAME=PATH set it to the content of a file; - is standard input
  --secret NAME=VALUE     set it to a value, which every user of the machine can then read on the command line
  --node 20|24            which of the agent's Nodes runs the tasks (the newest that is there)
  --record FILE           write the result as JSON: jobs, steps, variables, what is left alive
  --keep                  keep the workspace running after the pipeline, until Ctrl-C

Ctrl-C cancels as Azure DevOps does: clean-up steps still run. A second Ctrl-C ends everything at once.
Exit code: 0 only where the pipeline succeeded; 1 failed, 130 canceled, 2 wrong arguments.

  notebook-ops run examples/databricks-weather/azure-pipelines-pr.yml --record run.json
`;

export const EMULATOR_HELP = `notebook-ops emulator [options] [-- COMMAND…]

Starts the local workspace on loopback, with a certificate authority and tokens of its own, until Ctrl-C. With a
command it lives as long as that runs, ends with its exit code, and gives it the environment by which unmodified
clients find and trust it (DATABRICKS_HOST, DATABRICKS_TOKEN, AZURE_*, NODE_EXTRA_CA_CERTS, …).

  --config FILE  what the workspace holds at the start (the format of notebook-ops.local.yml)
  --port N       listen on N and the ports after it; free ports without it
  --json         print one JSON object when ready: URLs, tokens, the certificate authority's file

  notebook-ops emulator --config notebook-ops.local.yml -- python my_script.py
`;
