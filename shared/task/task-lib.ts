import { Writable } from "node:stream";
import tl from "azure-pipelines-task-lib/task.js";
import { LineWriter } from "./line-writer.ts";

export { tl };

/** Standard output, which task-lib and we write to by turns. */
export const output = new LineWriter((text, done) => void process.stdout.write(text, done));
const taskLibOutput = output.lines();
tl.setStdStream(taskLibOutput);

/** task-lib writes each value that it reads to the debug log, before anybody can say that it is a secret. */
export function quietly<T>(read: () => T): T {
  tl.setStdStream(nowhere);
  try {
    return read();
  } finally {
    tl.setStdStream(taskLibOutput);
  }
}

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
