import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const { INPUT_CANARY: canary = "", SECRET_DBPW: secret = "", AGENT_TEMPDIRECTORY: temp = "" } = process.env;
const own = path.join(temp, "leak.txt");
const attach = (file: string) => console.log(`##vso[task.addattachment type=leak;name=leak]${file}`);

/** The faults that the judge has to report, by name. */
const faults: Record<string, () => void> = {
  none: () => {},
  "prints a command": () =>
    console.log("exit value: ##vso[task.setvariable variable=EXECUTED-BY-THE-AGENT]x"),
  "sets a variable": () => console.log("##vso[task.setvariable variable=PATH]x"),
  "uploads a file": () => console.log(`##vso[task.uploadfile]${own}`),
  "reads a file": () => void readFileSync(canary),
  "writes a file": () => writeFileSync(path.join(path.dirname(canary), "written"), "x"),
  "attaches a file": () => attach(canary),
  "copies a file": () => copyFileSync(canary, own),
  "names an attachment": () => {
    writeFileSync(
      own,
      `<testsuite><testcase><system-out>[[ATTACHMENT|${canary}]]</system-out></testcase></testsuite>`,
    );
    console.log(`##vso[results.publish type=JUnit;resultFiles=${own}]`);
  },
  "shows a secret": () => {
    writeFileSync(own, secret);
    attach(own);
  },
  "shows a secret as base64": () => {
    writeFileSync(own, `{"x":"${Buffer.from(`u:${secret}`).toString("base64")}"}`);
    attach(own);
  },
  "shows a secret as HTML in HTML": () => {
    const escaped = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
    writeFileSync(own, escaped.replaceAll("&", "&amp;"));
    attach(own);
  },
};

faults[process.env.INPUT_FAULT ?? ""]!();
console.log("##vso[task.complete result=Succeeded]");
