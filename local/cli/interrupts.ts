/** Ctrl-C, the end of the terminal, and what `kill` sends. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Two steps of stopping: the first signal asks, the second one ends everything at once. */
export interface Interrupts extends Disposable {
  cancel: AbortSignal;
  kill: AbortSignal;
  /** Resolves at the first signal. */
  asked: Promise<void>;
}

export function listenForInterrupts(onCancel: () => void = () => {}): Interrupts {
  const cancel = new AbortController();
  const kill = new AbortController();
  const { promise: asked, resolve } = withResolvers();
  const listener = () => {
    if (cancel.signal.aborted) return kill.abort();
    onCancel();
    cancel.abort();
    resolve();
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    cancel: cancel.signal,
    kill: kill.signal,
    asked,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
