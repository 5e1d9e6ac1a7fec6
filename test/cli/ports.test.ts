import assert from "node:assert/strict";
import { explained } from "../../local/cli/ports.ts";

describe("a port that the workspace cannot have", () => {
  const error = (code: string, port: number) =>
    Object.assign(new Error(`listen ${code}`), { syscall: "listen", code, port });
  const sentence = (...given: Parameters<typeof explained>) => (explained(...given) as Error).message;

  it("a port that the workspace cannot have is named with the setting that asks for it", () => {
    assert.equal(
      sentence(error("EADDRINUSE", 8003), 8000),
      "Could not listen on port 8000 and those after it: 8003 is in use; give other ports by --port.",
    );
    assert.equal(
      sentence(error("EADDRINUSE", 443)),
      "Could not listen on port 443: 443 is in use; give other ports by the key ports of the config.",
    );
  });

  // https://docs.kernel.org/networking/ip-sysctl.html (ip_unprivileged_port_start)
  it("a port that the workspace cannot have for want of privileges is told with what gives them", () => {
    assert.equal(
      sentence(error("EACCES", 443), 442),
      "Could not listen on port 442 and those after it: 443 needs privileges; run this command as an administrator, allow the port to everyone " +
        "(on Linux: sysctl net.ipv4.ip_unprivileged_port_start=443), or give other ports by --port.",
    );
  });

  it("a port that the workspace cannot have is not blamed for another error", () => {
    const other = new Error("no space left on device");
    assert.equal(explained(other), other);
  });
});
