import { html, type Markup } from "./html.ts";
import { timeMarkup } from "./page-time.ts";
import type { ReleaseChanges, ReleaseView } from "./release.ts";

/** More files are counted, not listed. */
const shownFiles = 50;

/** What whoever signs a version off must know besides the results: its content, where it comes from, and what it changes. */
export function release(view: ReleaseView): Markup {
  return html`<section class="release" aria-labelledby="release-title">
<h2 id="release-title">${view.artifact.name} ${view.artifact.version}, tested in ${view.environment}</h2>
<dl class="facts">
${facts(view).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
</dl>
<h3>What changes${view.production && html` in ${view.production.environment}`}</h3>
${changes(view)}
</section>`;
}

function facts({ artifact, source = {}, runs }: ReleaseView): [label: string, value: Markup | string][] {
  const { commit, branch, repository } = source;
  return [
    ["Digest", html`<code>${artifact.digest}</code>`],
    ...(commit ? [["Commit", html`<code>${commit}</code>`] as [string, Markup]] : []),
    ...(branch ? [["Branch", branch] as [string, string]] : []),
    ...(repository ? [["Repository", repository] as [string, string]] : []),
    ...runs.map(({ words, url }): [string, Markup | string] => [
      "Tested by",
      url ? html`<a href="${url}" rel="noopener noreferrer">${words}</a>` : words,
    ]),
  ];
}

function changes({ artifact, production }: ReleaseView): Markup {
  if (!production) return html`<p>It is not known what is deployed there.</p>`;
  const { deployed } = production;
  if (!deployed)
    return html`<p>No deployment of ${artifact.name} there is known, so every notebook is new.</p>`;
  const since = html`<p>Compared with version ${deployed.version}, deployed ${timeMarkup(deployed.on)}:</p>`;
  if (deployed.digest === artifact.digest)
    return html`${since}<p>Nothing: it has the same content (<code>${deployed.digest}</code>).</p>`;
  const { changes } = deployed;
  if (!changes) return html`${since}<p>It is not known which files change.</p>`;
  return html`${since}
<dl class="changes">
${(["added", "changed", "removed"] as const).map((kind) => files(kind, changes))}
</dl>`;
}

function files(kind: keyof ReleaseChanges, changes: ReleaseChanges): Markup | false {
  const paths = changes[kind];
  if (paths.length === 0) return false;
  const more = paths.length - shownFiles;
  return html`<div><dt>${paths.length} ${kind}</dt><dd><ul>${paths
    .slice(0, shownFiles)
    .map(
      (path) => html`<li><code>${path}</code></li>`,
    )}${more > 0 && html`<li>and ${more} more</li>`}</ul></dd></div>`;
}
