import assert from "node:assert/strict";
import { notebookOps } from "./run-command.ts";

const ofRun = "Could not read the arguments of notebook-ops run:";
const ofEmulator = "Could not read the arguments of notebook-ops emulator:";
const ofPin = "Could not read the arguments of notebook-ops pin:";
const ofReport = "Could not read the arguments of notebook-ops report:";
const pinUsage = "notebook-ops pin FOLDER --widget NAME --value VALUE [options]";

const refused: [what: string, args: string[], message: string][] = [
  ["no command", [], "Could not run notebook-ops: no command is given; see notebook-ops --help."],
  [
    "an unknown command",
    ["dance"],
    'Could not run notebook-ops: unknown command "dance"; see notebook-ops --help.',
  ],
  [
    "a misspelt command",
    ["reprot"],
    'Could not run notebook-ops: unknown command "reprot"; did you mean "report"?',
  ],
  [
    "help for an unknown command",
    ["help", "emulate"],
    'Could not run notebook-ops: unknown command "emulate"; did you mean "emulator"?',
  ],
  [
    "a misspelt option before a command",
    ["--versoin"],
    'Could not run notebook-ops: unknown option "--versoin"; did you mean "--version"?',
  ],
  [
    "a misspelt option",
    ["run", "a.yml", "--recrod", "r.json"],
    `${ofRun} unknown option "--recrod"; did you mean "--record"?`,
  ],
  [
    "a misspelt option with a value, which it does not repeat",
    ["run", "a.yml", "--secert=A=hunter2"],
    `${ofRun} unknown option "--secert"; did you mean "--secret"?`,
  ],
  [
    "an unknown option",
    ["run", "--fastest", "a.yml"],
    `${ofRun} unknown option "--fastest"; see notebook-ops run --help.`,
  ],
  [
    "an unknown letter",
    ["report", "a.xml", "-x"],
    `${ofReport} unknown option "-x"; see notebook-ops report --help.`,
  ],
  [
    "an option that another command has",
    ["report", "a.xml", "--json", "--html", "b"],
    `${ofReport} unknown option "--json"; see notebook-ops report --help.`,
  ],
  [
    "a name that every object has",
    ["run", "a.yml", "--constructor"],
    `${ofRun} unknown option "--constructor"; see notebook-ops run --help.`,
  ],
  [
    "an option whose value is missing at the end",
    ["run", "a.yml", "--record"],
    `${ofRun} the option --record needs a value; write --record FILE.`,
  ],
  [
    "an option whose value is empty",
    ["run", "a.yml", "--record="],
    `${ofRun} the option --record needs a value; write --record FILE.`,
  ],
  [
    "an option that follows one whose value is missing",
    ["run", "a.yml", "--record", "--keep"],
    `${ofRun} the option --record needs a value; write --record FILE, or --record=FILE if the value begins with a dash.`,
  ],
  [
    "a value of a switch",
    ["run", "a.yml", "--keep=yes"],
    `${ofRun} the option --keep takes no value; write --keep.`,
  ],
  ["no pipeline", ["run"], `${ofRun} no pipeline is given; write notebook-ops run PIPELINE.yml [options].`],
  [
    "two pipelines",
    ["run", "a.yml", "b.yml"],
    `${ofRun} it takes one pipeline, but 2 are given; write notebook-ops run PIPELINE.yml [options].`,
  ],
  [
    "a variable without a value",
    ["run", "a.yml", "--var", "x"],
    "Could not read --var x: it does not have the form NAME=VALUE; write --var NAME=VALUE.",
  ],
  [
    "a Node that the agent does not have",
    ["run", "a.yml", "--node", "18"],
    "Could not run tasks with Node 18: the agent has 20 and 24; write --node 20 or --node 24.",
  ],
  [
    "a port that is not a number",
    ["emulator", "--port", "http"],
    "Could not listen on port http: it is not a port; write a number from 1 to 65530.",
  ],
  [
    "a command without --",
    ["emulator", "python"],
    `${ofEmulator} unknown argument "python"; write -- before a command.`,
  ],
  ["no command after --", ["emulator", "--"], `${ofEmulator} no command is given after --; write one.`],
  ["no folder", ["pin", "--widget", "v", "--value", "1"], `${ofPin} no folder is given; write ${pinUsage}.`],
  [
    "two folders",
    ["pin", "a", "b", "--widget", "v", "--value", "1"],
    `${ofPin} it takes one folder, but 2 are given; write ${pinUsage}.`,
  ],
  ["no widget", ["pin", "a", "--value", "1"], `${ofPin} the option --widget is missing; write ${pinUsage}.`],
  ["no value", ["pin", "a", "--widget", "v"], `${ofPin} the option --value is missing; write ${pinUsage}.`],
  [
    "no results",
    ["report", "--html", "a.html"],
    `${ofReport} no JUnit file is given; write notebook-ops report RESULTS.xml… --html FILE.`,
  ],
  [
    "no file for the report",
    ["report", "a.xml"],
    `${ofReport} the option --html is missing; write notebook-ops report RESULTS.xml… --html FILE.`,
  ],
];

describe("the arguments of notebook-ops", () => {
  for (const [what, args, message] of refused)
    it(`the arguments of notebook-ops are refused in one sentence: ${what}`, async () => {
      assert.deepEqual(await notebookOps(args), { exitCode: 2, out: "", err: `${message}\n` });
    });
});
