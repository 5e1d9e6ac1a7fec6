// One line per step, with its seconds; on a terminal the line of a running step shows what it does meanwhile. All of it is on standard error:
// standard output belongs to the command that the set-up is for.
const live = process.stderr.isTTY && !process.env.CI;
const running = new Map();
const started = Date.now();
let shown = 0;

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function erase() {
  if (shown) process.stderr.write(`\x1b[${shown}A\x1b[J`);
  shown = 0;
}

function draw() {
  if (!live) return;
  erase();
  const width = process.stderr.columns ?? 80;
  for (const [title, { since, detail }] of running)
    process.stderr.write(`${`  … ${title} ${seconds(since)}  ${detail}`.slice(0, width - 1)}\n`);
  shown = running.size;
}

/** Runs `work`, telling its progress under `title`. `work` gets a function that takes the text of the moment. */
export async function step(title, work) {
  const entry = { since: Date.now(), detail: "" };
  running.set(title, entry);
  if (!live) console.error(`  … ${title}`);
  const timer = live ? setInterval(draw, 200) : undefined;
  try {
    const result = await work((text) => {
      entry.detail = text;
    });
    erase();
    console.error(`  ✓ ${title} ${seconds(entry.since)}`);
    return result;
  } catch (error) {
    erase();
    console.error(`  ✗ ${title} ${seconds(entry.since)}`);
    throw error;
  } finally {
    clearInterval(timer);
    running.delete(title);
    draw();
  }
}

export const elapsed = () => seconds(started);
