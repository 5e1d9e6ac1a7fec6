import { couldNot } from "../../shared/text/could-not.ts";

/** A failure to start the workspace. If it is one to listen, in a sentence. `port` is the value of --port. */
export function explained(error: unknown, port?: number): unknown {
  const { syscall, code, port: refused, message } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall !== "listen") return error;
  const isOfOption = port !== undefined && refused !== undefined && refused >= port;
  const ports = isOfOption ? `port ${port} and those after it` : `port ${refused}`;
  const others = `give other ports by ${isOfOption ? "--port" : "the key ports of the config"}`;
  if (code === "EACCES") {
    const onLinux = `sysctl net.ipv4.ip_unprivileged_port_start=${refused}`;
    const advice = `run this command as an administrator, allow the port to everyone (on Linux: ${onLinux}), or ${others}`;
    return new Error(couldNot(`listen on ${ports}`, `${refused} needs privileges`, advice), { cause: error });
  }
  const what = code === "EADDRINUSE" ? `${refused} is in use` : message;
  return new Error(couldNot(`listen on ${ports}`, what, others), { cause: error });
}
