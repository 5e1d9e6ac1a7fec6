import type { TaskHost } from "../../../../shared/task/host.ts";
import { runAsTask } from "../../../../shared/task/run-as-task.ts";

/** What a task can do right or wrong, by name. */
const behaviours: Record<string, (host: TaskHost) => Promise<void> | void> = {
  succeed: (host) => host.log.line("fine"),
  throw: () => {
    throw new Error("Could not do it:\nthe reason\nwhat to do.");
  },
  throwHostile: (host) => {
    throw new Error(host.requiredInput("text"));
  },
  throwLater: () =>
    new Promise(() => {
      setImmediate(() => {
        throw new Error("thrown where nobody waits");
      });
    }),
  rejectLater: async () => {
    void Promise.reject(new Error("rejected where nobody waits"));
    await new Promise(() => {});
  },
  stopShort: () => new Promise(() => {}),
  logHostile: async (host) => {
    const text = host.requiredInput("text");
    host.log.line(text);
    host.log.outside(text);
    host.log.warning(text);
    host.log.detail(text);
    const stream = host.log.outsideStream();
    for (const character of text) stream.write(character);
    stream.end();
  },
  streamMuch: (host) => {
    const stream = host.log.outsideStream();
    for (let i = 0; i < 2000; i++) stream.write(`line ${i}\n`);
    stream.end();
  },
  undoOnFailure: (host) => {
    host.onCancel(async () => host.log.line("undone: first"));
    host.onCancel(async () => host.log.line("undone: second"));
    throw new Error("failed");
  },
  undoHalf: (host) => {
    host.onCancel(async () => host.log.line("undone: the rest"));
    host.onCancel(async () => {
      throw new Error("no way back");
    });
    throw new Error("failed");
  },
  waitForCancel: async (host) => {
    host.onCancel(async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      host.log.line("undone");
    });
    host.log.line("waiting");
    await new Promise((_resolve, reject) => {
      host.signal.addEventListener("abort", () => reject(host.signal.reason));
      setTimeout(() => {}, 60_000);
    });
  },
  getCtrlBreak: async (host) => {
    host.onCancel(async () => host.log.line("undone"));
    if (!process.emit("SIGBREAK", "SIGBREAK")) throw new Error("Nobody listens: Windows ends the process.");
    process.emit("SIGBREAK", "SIGBREAK");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  ignoreCancel: async (host) => {
    host.onCancel(async () => host.log.line("undone"));
    host.log.line("waiting");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  documents: async (host) => {
    const secret = host.requiredInput("text");
    const files = [
      await host.documents.write("page.html", `<p>${secret}</p><p>${JSON.stringify(secret)}</p>`),
      await host.documents.write("record.json", {
        schema: secret,
        outcome: "passed",
        results: [{ name: secret }],
      }),
    ];
    for (const file of files) host.attachments.add("probe", "name", file);
    await host.documents.write("../escape", "x").catch((error) => host.log.line((error as Error).name));
  },
  journalHostile: (host) => {
    const hostile = "100 % a\u0000b\n##vso[task.complete]\u001b[31m\u0085ö";
    if (host.journal.read("hostile") === undefined) host.journal.write("hostile", hostile);
    host.log.line(host.journal.read("hostile") === hostile ? "as it was written" : "changed");
  },
  swallowCancel: async (host) => {
    host.onCancel(async () => host.log.line("undone"));
    host.log.line("waiting");
    await new Promise<void>((resolve) => {
      host.signal.addEventListener("abort", () => resolve());
      setTimeout(() => {}, 60_000);
    });
  },
  hangInUndo: async (host) => {
    hangingUndo(host);
    host.log.line("waiting");
    await new Promise((_resolve, reject) => {
      host.signal.addEventListener("abort", () => reject(host.signal.reason));
      setTimeout(() => {}, 60_000);
    });
  },
  failAndHangInUndo: (host) => {
    hangingUndo(host);
    throw new Error("failed");
  },
  journal: (host) => {
    host.journal.write("key", `${host.journal.read("key") ?? ""}x`);
  },
  network: ({ network, log }) => {
    const proxies = ["https://example.org/", "https://inside.example.org/"].map(
      (url) => network.proxyFor(new URL(url))?.url,
    );
    const authorities = network.certificateAuthorities?.();
    log.line(JSON.stringify({ proxies, authorities, client: network.clientCertificate?.() }));
  },
  output: (host) => {
    host.output("Open", "a\nb;c]%");
    host.output("Hidden", host.requiredInput("text"), { secret: true });
    host.output("Shared", host.requiredInput("text"), { secret: true, secretToOtherJobs: true });
    host.output("Address", `https://example.org/?token=${host.requiredInput("text")}`);
    host.log.line(`again: ${host.requiredInput("text")}`);
    host.log.line(Buffer.from(`user:${host.requiredInput("text")}`).toString("base64"));
  },
};

function hangingUndo(host: TaskHost): void {
  host.onCancel(async () => host.log.line("undone: first")); // not reached
  host.onCancel(() => new Promise(() => setInterval(() => {}, 60_000)));
  host.onCancel(async () => host.log.line("undone: second"));
}

runAsTask(async (host) => behaviours[host.requiredInput("behaviour")]!(host));
