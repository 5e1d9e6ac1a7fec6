// Starts local workspaces for Python tests, one after another, since to import the emulator takes longer than to start it. Each line of
// standard input is a config as JSON, for which one line with what clients need goes out, or is empty, which stops the last workspace.
import { createInterface } from "node:readline";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";

const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const running: Emulator[] = [];

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "") {
    await running.pop()?.stop();
    answer("stopped");
    continue;
  }
  const emulator = await startEmulator({ config: JSON.parse(line) });
  running.push(emulator);
  const { ready, environment } = emulator;
  const clients = Object.keys(emulator.config.serviceConnections ?? {}).map((name) => {
    const application = emulator.entra.servicePrincipal(name);
    return [name, application];
  });
  answer({ ready, environment, servicePrincipals: Object.fromEntries(clients) });
}
for (const emulator of running) await emulator.stop();
process.exit(0);
