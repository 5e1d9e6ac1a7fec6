// Loaded into a task before its own code (node --import): runs the task in a process that gets no signal and outlives this one, as `docker exec`
// does for the agent in a container job. https://github.com/microsoft/azure-pipelines-agent/issues/4548
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, writeFileSync } from "node:fs";

const { CONTAINER_OUTPUT: output, CONTAINER_PID_FILE: pidFile, ...environment } = process.env;
delete environment.NODE_OPTIONS;
const written = openSync(output, "w");
const child = spawn(process.execPath, process.argv.slice(1), {
  env: environment,
  detached: true,
  stdio: ["ignore", written, written],
});
closeSync(written);
writeFileSync(pidFile, String(child.pid));
const read = openSync(output, "r");
const buffer = Buffer.alloc(64 * 1024);
const passOn = () => {
  for (let count = readSync(read, buffer); count > 0; count = readSync(read, buffer))
    process.stdout.write(Buffer.from(buffer.subarray(0, count)));
};
setInterval(passOn, 20);
// The task itself must not run in this process, so this module never finishes loading.
await new Promise(() => {
  child.once("exit", (code) => {
    passOn();
    process.stdout.write("", () => process.exit(code ?? 1));
  });
});
