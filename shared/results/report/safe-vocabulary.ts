// The elements and attributes that a page from outside may have: they show something, but do not load, send or navigate by themselves.

const namesIn = (list: string) => new Set(list.trim().split(/\s+/));

const elements = namesIn(`
  html head body a abbr address article aside b bdi bdo big blockquote br button caption center cite code col colgroup data dd del
  details dfn div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label legend li main mark
  meter nav ol output p pre progress q rp rt ruby s samp section small span strike strong style sub summary sup table tbody td tfoot th thead
  time tr tt u ul var wbr
  svg g path rect circle ellipse line polyline polygon text tspan textpath defs use symbol marker clippath mask pattern
  lineargradient radialgradient stop`);

const voidElements = namesIn("br col hr img wbr");

/** Elements whose content is not shown, or not as markup. */
const withoutContent = namesIn(
  "script iframe noscript noembed noframes template textarea title xmp select object video audio",
);

const attributes = namesIn(`
  align alt bgcolor border cellpadding cellspacing class color cols colspan datetime dir face headers height hidden high id lang low
  max min name open optimum reversed role rowspan scope size span start style tabindex title type valign value width
  clip-path clippathunits clip-rule cx cy d dominant-baseline dx dy fill fill-opacity fill-rule font-family font-size font-style
  font-weight fx fy gradienttransform gradientunits letter-spacing marker-end marker-mid marker-start markerheight markerunits
  markerwidth mask offset opacity orient overflow patterncontentunits patterntransform patternunits points preserveaspectratio r refx
  refy rotate rx ry shape-rendering spreadmethod stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
  stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor textlength transform vector-effect version viewbox
  visibility word-spacing x x1 x2 y y1 y2`);

export function isKnownElement(name: string): boolean {
  return elements.has(name);
}

export function isVoidElement(name: string): boolean {
  return voidElements.has(name);
}

export function isWithoutContent(name: string): boolean {
  return withoutContent.has(name);
}

export function isKnownAttribute(element: string, name: string, value: string): boolean {
  if (name === "href" && element === "a") return /^https?:\/\//i.test(value);
  if (name === "href" && element === "use") return value.startsWith("#");
  if (name === "src" && element === "img") return /^data:image\//i.test(value);
  return attributes.has(name) || /^aria-[a-z]+$/.test(name);
}
