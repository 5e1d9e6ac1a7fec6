// Loaded into a task before its own code (node --import): a fault that signals a process has to name it.
const { FAULT_CONTROL_URL: url, FAULT } = process.env;
const fault = JSON.parse(FAULT);
fault.then.signal.pid = process.pid;
const answer = await fetch(`${url}/faults`, { method: "POST", body: JSON.stringify(fault) });
if (!answer.ok) throw new Error(`the fault was refused: ${await answer.text()}`);
