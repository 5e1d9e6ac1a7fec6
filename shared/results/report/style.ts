/** The colours of each scheme, with the contrast that WCAG AA requires. scripts/build/results-tab.mjs imports both, for the theme of Azure DevOps. */
export const lightColours = /* css */ `color-scheme: light;
  --page: #f6f7f9; --card: #ffffff; --ink: #1c2430; --soft: #566073; --line: #dfe3ea; --code: #f3f5f8; --link: #0b5cad;
  --passed: #1a7f4e; --passed-soft: #dff3e7; --failed: #c4263a; --failed-soft: #fde7e9; --skipped: #6b7585; --skipped-soft: #eceff3;
  --focus: #0b5cad; --found: #ffe08a; --found-ink: #1c2430;`;

export const darkColours = /* css */ `color-scheme: dark;
  --page: #0f141b; --card: #171e28; --ink: #e6eaf0; --soft: #9ba6b7; --line: #2a3442; --code: #10161e; --link: #7db8f7;
  --passed: #4cc38a; --passed-soft: #12321f; --failed: #ff7583; --failed-soft: #3a171c; --skipped: #99a4b5; --skipped-soft: #252e3b;
  --focus: #7db8f7; --found: #f2c94c; --found-ink: #14181f;`;

/** The page's style sheet: colours as variables, light first. */
export const style = /* css */ `
:root {
${lightColours}
  --radius: 12px; --mono: ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
${darkColours}
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 5rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
h1, h2, h3, h4, p, dl, dd, ol, ul { margin: 0; padding: 0; }
ol { list-style: none; }
small { font-size: .85em; color: var(--soft); font-weight: 400; }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; z-index: 3; top: .5rem; left: .5rem; padding: .5rem 1rem; background: var(--card); }
header.page, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
.passed { --outcome: var(--passed); --outcome-soft: var(--passed-soft); }
.failed { --outcome: var(--failed); --outcome-soft: var(--failed-soft); }
.skipped { --outcome: var(--skipped); --outcome-soft: var(--skipped-soft); }
.icon { width: 1.15rem; height: 1.15rem; flex: none; fill: var(--outcome); }
.icon path { fill: none; stroke: var(--card); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

header.page { padding-top: 2.25rem; }
.verdict { display: flex; align-items: center; gap: 1rem; }
.verdict .icon { width: 3rem; height: 3rem; }
h1 { font-size: 1.65rem; line-height: 1.2; letter-spacing: -.01em; }
.sentence { color: var(--soft); font-size: 1.05rem; }
.sentence strong { color: var(--outcome); }
.proportions { display: flex; gap: 3px; height: 8px; margin: 1.25rem 0 1rem; }
.proportions span { background: var(--outcome); border-radius: 4px; min-width: 4px; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; }
dt { font-size: .8rem; color: var(--soft); }
dd { font-weight: 600; font-variant-numeric: tabular-nums; }
header.page nav { margin-top: .9rem; display: flex; flex-wrap: wrap; gap: 1rem; }

main { display: grid; gap: 1.25rem; margin-top: 1.5rem; }
main > section { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); min-width: 0; }
h2 { font-size: 1.05rem; }

.timeline { padding: 1rem 1.25rem 1.1rem; }
.timeline .axis, .timeline li > a, .timeline li.cluster { display: grid; grid-template-columns: minmax(8rem, 16rem) 1fr; gap: 1rem; align-items: center; }
.timeline .axis div { position: relative; height: 1.5rem; font-size: .75rem; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.timeline .axis div span { position: absolute; transform: translateX(-50%); }
.timeline .axis div span:first-child { transform: none; }
.timeline .axis div span:last-child:not(:first-child) { transform: translateX(-85%); }
.timeline li > a { color: inherit; text-decoration: none; border-radius: 6px; position: relative; }
.timeline li > a:hover .name { text-decoration: underline; }
.timeline .name { font-size: .9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.timeline .track { position: relative; height: 1.9rem; }
.timeline .track i { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--line); }
.timeline .bar { position: absolute; top: .35rem; bottom: .35rem; min-width: 4px; border-radius: 5px; background: var(--outcome); }
.timeline .bar.failed { background: repeating-linear-gradient(135deg, var(--failed) 0 7px, color-mix(in srgb, var(--failed) 82%, var(--card)) 7px 14px); }
.timeline .stream { position: absolute; top: .5rem; bottom: .5rem; min-width: 4px; border: 1px solid var(--link); border-radius: 99px; background: color-mix(in srgb, var(--link) 20%, var(--card)); }
.timeline .stream.failed { border-right: .5rem solid var(--failed); border-radius: 99px 2px 2px 99px; }
.timeline .track.iteration { height: 2.6rem; }
.timeline .payload { position: absolute; bottom: .85rem; height: 2px; background: var(--ink); }
.timeline .payload::after { content: ""; position: absolute; right: .12rem; top: calc(50% - .3rem); width: .6rem; height: .6rem; background: var(--ink); transform: rotate(45deg); }
.timeline .payload.failed { background: var(--failed); height: 4px; }
.timeline .payload.failed::after { background: var(--card); border: 2px solid var(--failed); }
.timeline .try { position: absolute; bottom: .4rem; height: 1rem; min-width: 4px; border-radius: 3px; background: var(--outcome); }
.timeline .try.failed:not(.last) { background: var(--skipped-soft); border: 1px dashed var(--skipped); }
.timeline .try.skipped { background: none; border: 2px solid var(--skipped); }
.timeline .try.last.failed { background: repeating-linear-gradient(135deg, var(--failed) 0 4px, color-mix(in srgb, var(--failed) 70%, var(--card)) 4px 8px); }
.timeline .latency { position: absolute; top: .3rem; height: .6rem; min-width: 6px; border: solid var(--ink); border-width: 2px 2px 0; border-radius: 3px 3px 0 0; }
.timeline .extent { position: absolute; top: 0; bottom: 0; min-width: 4px; }
.timeline .legend { list-style: none; margin: .4rem 0 .6rem; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .8rem; color: var(--soft); }
.timeline .legend li { display: flex; align-items: center; gap: .4rem; margin: 0; }
.timeline .legend span { position: relative; inset: auto; width: 1.3rem; }
.timeline .legend .stream, .timeline .legend .try { height: .75rem; }
.timeline .bar span, .timeline .stream span, .timeline .extent span { position: absolute; top: 50%; transform: translateY(-50%); font-size: .78rem; color: var(--soft); white-space: nowrap; padding: 0 .4rem; background: var(--card); border-radius: 3px; }
.timeline :is(.bar, .stream, .extent) .after { left: calc(100% + 2px); }
.timeline :is(.bar, .stream, .extent) .before { right: calc(100% + 2px); }
.timeline :is(.bar, .stream, .extent) .within { right: .3rem; padding: 0 .3rem; line-height: 1.1; }
.timeline .stream .within { right: .6rem; padding: 0; background: none; color: var(--ink); }
.timeline .stream.failed .after { left: calc(100% + .5rem + 1px); }
.timeline .extent span { top: calc(100% - .9rem); }
.timeline .latency + .extent span, .timeline .extent .within { top: .65rem; }
.timeline .cluster .name { color: var(--soft); }
.timeline .cluster .bar { top: .7rem; bottom: .7rem; background: var(--line); }

.gate { padding: 1rem 1.25rem 1.1rem; }
.gate h2 { display: flex; align-items: center; gap: .6rem; }
.gate p { margin-top: .4rem; font-size: .92rem; color: var(--soft); }
.gate table { border-collapse: collapse; width: 100%; margin-top: .6rem; font-size: .92rem; }
.gate td, .gate th { border-top: 1px solid var(--line); padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top; }
.gate th { font-weight: 600; white-space: nowrap; }
.gate td:first-child { width: 1.15rem; padding-top: .55rem; }
.gate td:last-child { width: 100%; }

.release { padding: 1rem 1.25rem 1.2rem; display: grid; gap: .6rem; }
.release h3 { font-size: .95rem; margin-top: .5rem; }
.release ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .3rem; }
.release .changes { display: grid; gap: .6rem; }
.release .changes dd { font-weight: 400; }
.release code { font-family: var(--mono); font-size: .85em; }

.results > .bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1rem; padding: .8rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); border-radius: var(--radius) var(--radius) 0 0; }
.results:focus { outline: none; }
.results form:not([hidden]) { display: flex; flex: 1; flex-wrap: wrap; gap: .6rem .8rem; align-items: center; justify-content: flex-end; }
fieldset { display: flex; border: 1px solid var(--line); border-radius: 8px; padding: 2px; margin: 0; background: var(--page); }
fieldset label { position: relative; cursor: pointer; }
fieldset input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
fieldset label span { display: block; padding: .2rem .65rem; border-radius: 6px; font-size: .88rem; color: var(--soft); white-space: nowrap; }
fieldset b { font-weight: 600; font-variant-numeric: tabular-nums; }
fieldset input:checked + span { background: var(--card); color: var(--ink); box-shadow: 0 0 0 1px var(--line), 0 1px 2px #0002; }
fieldset input:focus-visible + span { outline: 2px solid var(--focus); outline-offset: 1px; }
.search { flex: 0 1 12rem; min-width: 0; }
select { font: inherit; font-size: .9rem; padding: .3rem .5rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink); max-width: 100%; }
.next { display: inline-flex; align-items: center; gap: .5rem; }
.next output { font-size: .88rem; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
::highlight(found) { background: var(--found); color: var(--found-ink); }
mark.found { background: var(--found); color: var(--found-ink); border-radius: 2px; }
input[type=search] { width: 100%; font: inherit; font-size: .9rem; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 8px; background: var(--page); color: var(--ink); }
::placeholder { color: var(--soft); opacity: 1; }
button { font: inherit; font-size: .9rem; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink); cursor: pointer; }
button:hover { background: var(--page); }

.group + .group { border-top: 1px solid var(--line); }
.group { padding: .35rem .5rem; }
.suite { font-size: .92rem; padding: .55rem .75rem .3rem; }
.suite span { color: var(--soft); font-weight: 400; margin-left: .5rem; }
.result { border-radius: 8px; }
.many .result { content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }
.cases .result { margin-left: 1.9rem; }
.group > h3.suite + .cases .result, .fold.suite .result { margin-left: 0; }
.result.current { outline: 2px solid var(--focus); outline-offset: -2px; }
.fold > summary { cursor: pointer; padding: .35rem .75rem; border-radius: 8px; color: var(--soft); font-size: .92rem; width: fit-content; }
.fold > summary:hover { background: var(--page); color: var(--ink); }
.cases > .fold { margin-left: 1.9rem; }
.cases > .fold > .result { margin-left: 0; }
.group > h3.suite + .cases > .fold { margin-left: 0; }
.fold.suite > summary { display: flex; gap: .75rem; align-items: center; width: auto; padding: .35rem .75rem; color: var(--ink); list-style: none; }
.fold.suite > summary::-webkit-details-marker { display: none; }
.fold.suite > summary::after { content: ""; width: .42rem; height: .42rem; margin: 0 .15rem .2rem auto; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg); flex: none; }
.fold.suite[open] > summary::after { transform: rotate(225deg); }
.fold.suite .suite { padding: 0; }
.fold.groups { border-top: 1px solid var(--line); padding: .35rem .5rem; }
.flat { padding: .35rem .5rem; }
.row { display: grid; grid-template-columns: auto 1fr auto; gap: .75rem; align-items: start; padding: .5rem .75rem; }
.row .icon { margin-top: .17rem; }
summary.row { cursor: pointer; border-radius: 8px; list-style: none; }
summary.row::-webkit-details-marker { display: none; }
summary.row:hover, details.output > summary:hover { background: var(--page); }
.row .name h3 { display: inline; font-size: 1rem; }
.row .name small { display: block; }
.row .message { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; color: var(--soft); font-size: .92rem; white-space: pre-line; }
[data-outcome=failed] .message { color: var(--failed); }
pre mark { background: none; color: var(--failed); font-weight: 600; }
details[open] > .row .message { display: block; }
.row .time { color: var(--soft); font-variant-numeric: tabular-nums; font-size: .9rem; white-space: nowrap; }
summary.row .time::after { content: ""; display: inline-block; width: .42rem; height: .42rem; margin: 0 .15rem .12rem .7rem; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg); }
details[open] > summary.row .time::after { transform: translateY(.25rem) rotate(225deg); }
.result.row .time { padding-right: 1.27rem; }
.tag { font-size: .75rem; padding: .05rem .4rem; border-radius: 4px; background: var(--skipped-soft); color: var(--ink); vertical-align: 1px; }
.body { padding: 0 .75rem .9rem 2.65rem; display: grid; gap: .4rem; min-width: 0; }
.body > * { min-width: 0; }
.body .links { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
.block { display: grid; grid-template-columns: 1fr auto; align-items: end; gap: .2rem .5rem; }
.block > pre { grid-column: 1 / -1; min-width: 0; }
.copy { display: none; font-size: .8rem; padding: .1rem .6rem; }
.scripted .copy { display: block; }
.comparison { font-size: .92rem; color: var(--soft); }
.comparison ul { margin: .2rem 0 0; }
h4 { font-size: .85rem; margin-top: .5rem; }
.body ul { padding-left: 1.2rem; }
pre { margin: 0; padding: .7rem .9rem; background: var(--code); border: 1px solid var(--line); border-radius: 8px; font: .82rem/1.55 var(--mono); overflow: auto; max-height: 28rem; overflow-wrap: normal; tab-size: 4; }
code { font: .88em var(--mono); }
.source { counter-reset: line; border-left: 3px solid var(--failed); }
.source span { display: block; counter-increment: line; }
.source span::before { content: counter(line); display: inline-block; width: 2ch; margin-right: 1.2ch; text-align: right; color: var(--soft); user-select: none; }
details.output { margin-top: .4rem; }
details.output > summary { cursor: pointer; font-size: .88rem; font-weight: 600; padding: .25rem .4rem; margin-left: -.4rem; border-radius: 6px; width: fit-content; }
.group > details.output { padding: 0 .75rem .5rem; margin-left: .4rem; }
iframe { display: block; width: 100%; height: 32rem; margin-top: .4rem; border: 1px solid var(--line); border-radius: 8px; background: #fff; color-scheme: light; resize: vertical; overflow: auto; }
.none:not([hidden]) { padding: 2rem; text-align: center; color: var(--soft); }
[hidden] { display: none !important; }
footer { padding: 1.5rem 1.25rem 2.5rem; color: var(--soft); font-size: .85rem; }

@media (max-width: 42rem) {
  header.page, main, footer { padding-left: .75rem; padding-right: .75rem; }
  header.page { padding-top: 1.25rem; }
  h1 { font-size: 1.35rem; }
  .facts { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem 1rem; }
  .timeline { padding: .9rem; }
  .timeline .axis, .timeline li > a, .timeline li.cluster { grid-template-columns: 1fr; gap: 0; }
  .timeline .axis > span { display: none; }
  .timeline li + li { margin-top: .35rem; }
  .timeline .track:not(.iteration) { height: 1.5rem; }
  .timeline .bar { top: .2rem; bottom: .2rem; }
  .timeline .cluster .bar { top: .5rem; bottom: .5rem; }
  .timeline .stream { top: .35rem; bottom: .35rem; }
  .results > .bar { padding: .7rem; position: static; }
  .next:has(output:not(:empty)) { position: fixed; z-index: 3; right: .75rem; bottom: .75rem; padding: .4rem .4rem .4rem .8rem; flex-direction: row-reverse; background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 2px 10px #0004; }
  .results h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .search { flex: 1 1 8rem; }
  fieldset { flex: 1 1 100%; }
  fieldset label { flex: 1; text-align: center; }
  fieldset label span { padding: .3rem .2rem; }
  .group { padding: .25rem 0; }
  .cases .result, .cases > .fold { margin-left: .75rem; }
  .body { padding-left: .75rem; }
}
@media print {
  :root { --page: #fff; --code: #fff; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header.page, main, footer { max-width: none; padding: 0; }
  main > section { border: 0; }
  .timeline, .results > .bar { padding-left: 0; padding-right: 0; }
  .results > .bar { position: static; }
  form, iframe, .skip, .copy, details.output:has(iframe) { display: none !important; }
  .many .result { content-visibility: visible; }
  .result { break-inside: avoid; }
  details.result[open] { break-inside: auto; }
  summary.row .time::after { display: none; }
  pre { white-space: pre-wrap; max-height: none; overflow-wrap: anywhere; }
  summary, h3, h4 { break-after: avoid; }
  a { color: inherit; }
}
@media (forced-colors: active) {
  .timeline :is(.bar, .stream, .payload, .try, .latency), .proportions span { forced-color-adjust: none; }
}
`;
