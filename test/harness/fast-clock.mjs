// node --import: time passes 20 times as fast for this process, so that a test of a time limit does not wait for it.
const speed = 20;
const realNow = performance.now.bind(performance);
const startMs = realNow();
const realSetTimeout = globalThis.setTimeout;

performance.now = () => startMs + (realNow() - startMs) * speed;
globalThis.setTimeout = Object.assign(
  (act, delayMs = 0, ...given) => realSetTimeout(act, delayMs / speed, ...given),
  realSetTimeout, // util.promisify finds its own form here
);
