// Loaded into a task before its own code (node --import): a fault that signals a process has to name it.
import { writeFileSync } from "node:fs";

const { FAULT_CONTROL_URL: url, FAULT, PID_FILE } = process.env;
delete process.env.NODE_OPTIONS; // a program that the task starts, such as ArtifactTool, declares nothing
// For who lets a process that was stopped go on.
if (PID_FILE) writeFileSync(PID_FILE, String(process.pid));
const fault = JSON.parse(FAULT);
fault.then.signal.pid = process.pid;
const answer = await fetch(`${url}/faults`, { method: "POST", body: JSON.stringify(fault) });
if (!answer.ok) throw new Error(`the fault was refused: ${await answer.text()}`);
