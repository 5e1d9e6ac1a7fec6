import assert from "node:assert/strict";
import fc from "fast-check";
import { safePage } from "../../../shared/results/report/safe-page.ts";
import { connectingMarkup, hostileMarkup } from "../../fixtures/hostile-markup.ts";

const head = safePage("");

function safe(markup: string): string {
  const page = safePage(markup);
  assert.ok(page.startsWith(head));
  return page.slice(head.length);
}

/** Every tag is one that the page's author could not make connect, with quoted attributes, and nothing else begins with `<`. */
function assertSafe(markup: string): void {
  const rest = safe(markup).replace(
    /<(?!iframe|frame|link|meta|base|object|embed|script|form|video|audio|source|template|portal|applet|input)(\/?[a-z][a-z0-9]*)((?: [a-z0-9-]+="[^"<>]*")*)>|<iframe sandbox="" loading="lazy"(?: (?!src=)[a-z-]+="[^"<>]*")*><\/iframe>/g,
    (_, _name, attributes = "") => {
      assert.doesNotMatch(
        attributes,
        / (on[a-z]+|srcset|data|ping|poster|background|action|attributionsrc)="/,
      );
      assert.doesNotMatch(attributes, / src="(?!data:image\/)| href="(?!https?:\/\/|#)/i);
      return "";
    },
  );
  assert.doesNotMatch(rest, /<|>(?![^<]*$)/);
}

describe("a page from outside, made safe", () => {
  it("keeps the visible elements of a page from outside", () => {
    for (const markup of [
      '<table class="dataframe" border="1"><tr><td colspan="2" style="color: red">a &lt; b &amp; c</td></tr></table>',
      '<p>1<br>2</p><details open=""><summary>more</summary>text</details>',
      '<img alt="plot" src="data:image/png;base64,iVBORw0KGgo=" width="4">',
      '<svg viewbox="0 0 1 1"><path d="M0 0" stroke-width="2"></path></svg>',
      "<style>p > b { color: red }</style>",
    ])
      assert.equal(safe(markup), markup);
  });

  it("lets no link of a page from outside replace the page: each asks for a window of its own, and none leads within the page", () => {
    assert.equal(
      safe('<a href="https://example.org/?a=1&amp;b=2" target="_top">link</a><a href="#top">top</a>'),
      '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">link</a><a>top</a>',
    );
  });

  it("keeps a frame of a page from outside in a sandbox, and at most two nested frames", () => {
    const frame = (srcdoc: string) =>
      `<iframe sandbox="allow-scripts" srcdoc="${srcdoc.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></iframe>`;
    const shown = safe(frame(`<b>one</b>${frame(`<b>two</b>${frame("<b>three</b>")}`)}`));
    assert.match(shown, /^<iframe sandbox="" loading="lazy" srcdoc="/);
    assert.match(shown, /one/);
    assert.match(shown, /two/);
    assert.doesNotMatch(shown, /three|allow-scripts/);
  });

  it("removes scripts, handlers and addresses that are not links from a page from outside", () => {
    const markup = `<p onclick="a()" title="t">x</p><script>b < c</script><a href="javascript:d()">y</a><img src="/e" srcset="f">z`;
    assert.equal(safe(markup), '<p title="t">x</p><a>y</a><img>z');
  });

  for (const { name, markup } of connectingMarkup)
    it(`removes what connects to a server from a page from outside: ${name}`, () =>
      assertSafe(markup("evil.example")));

  for (const { name, text } of hostileMarkup)
    it(`removes active content from a page from outside: ${name}`, () => assertSafe(text));

  it("removes what connects to a server from a page from outside, in any sequence of markup", () => {
    const piece = fc.constantFrom(
      ...["<", ">", "/", "!", "--", "=", '"', "'", " ", "\n", "&lt;", "&#60;", "a", "p", "x"],
      ...[
        "<iframe",
        "src=https://e/",
        "srcdoc=",
        "<style>",
        "</style",
        "<svg",
        "<script",
        "<!--",
        "-->",
        "<title>",
        "<link",
        "<meta",
      ],
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => assertSafe(pieces.join(""))));
  });

  it("leaves a safe page unchanged if it is made safe a second time", () => {
    const once = safe(connectingMarkup.map(({ markup }) => markup("evil.example")).join(""));
    assert.equal(safe(once), once);
  });
});
