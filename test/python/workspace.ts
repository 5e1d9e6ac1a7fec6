// Starts a local workspace for a Python test: the config comes as JSON in the first argument, what clients need goes out as one line,
// and the end of standard input stops it.
import { startEmulator } from "../../local/emulator/index.ts";

const emulator = await startEmulator({ config: JSON.parse(process.argv[2] ?? "{}") });
const { ready, environment } = emulator;
const clients = Object.keys(emulator.config.serviceConnections ?? {}).map((name) => {
  const application = emulator.entra.servicePrincipal(name);
  return [name, application];
});
process.stdout.write(
  `${JSON.stringify({ ready, environment, servicePrincipals: Object.fromEntries(clients) })}\n`,
);
process.stdin.resume();
process.stdin.once("end", async () => {
  await emulator.stop();
  process.exit(0);
});
