import { type ReactNode, useState } from "react";
import { type BodyPart, bodyOf, traceParts } from "../../shared/results/report/case-body.ts";
import type { CaseView, NotebookView } from "../../shared/results/report/case-view.ts";
import { notebookPage } from "../../shared/results/report/notebook-page.ts";
import { CopyButton } from "./copy-button.tsx";
import { Marked } from "./marked.tsx";
import { OutsideLink } from "./outside-link.tsx";

interface Props {
  view: CaseView & Partial<NotebookView>;
  /** The address of the result; undefined if it is not known. */
  link: string | undefined;
  onShowOutput(): Promise<void>;
}

/** What a result shows when it is opened. */
export function ResultBody({ view, link, onShowOutput }: Props) {
  return (
    <div className="body">
      {bodyOf(view).map((part) => (
        <Part key={`${part.kind} ${"title" in part ? part.title : ""}`} part={part} name={view.name} />
      ))}
      {view.source !== undefined && <NotebookOutput view={view} onShow={onShowOutput} />}
      <p className="links">
        {view.url && <OutsideLink url={view.url}>Open the run</OutsideLink>}
        {link && <CopyButton text={link} words="Copy link" label={`Copy link to ${view.name}`} />}
      </p>
    </div>
  );
}

function Part({ part, name }: { part: BodyPart; name: string }) {
  if (part.kind === "cell") {
    const { title, language, cell } = part;
    const lines = cell.source.split("\n").map((text, index) => ({ number: index + 1, text }));
    return (
      <Block title={title} name={name} text={cell.source} remark={language} className="source">
        {lines.map(({ number, text }) => (
          <span key={number}>
            <Marked text={text} />
            {"\n"}
          </span>
        ))}
      </Block>
    );
  }
  if (part.kind === "attempts")
    return (
      <details className="output">
        <summary>{part.title}</summary>
        {part.attempts.map(({ title, text }) => (
          <Block key={title} title={title} name={name} text={text}>
            <Marked text={text} />
          </Block>
        ))}
      </details>
    );
  if (part.kind === "comparison") return <Comparison part={part} name={name} />;
  const lines = part.isTrace ? traceParts(part.text) : [{ text: part.text, isMarked: false }];
  const numbered = lines.map((line, index) => ({ ...line, index }));
  return (
    <Block title={part.title} name={name} text={part.text}>
      {numbered.map(({ text, isMarked, index }) =>
        isMarked ? (
          <mark key={index}>
            <Marked text={text} />
          </mark>
        ) : (
          <Marked key={index} text={text} />
        ),
      )}
    </Block>
  );
}

interface BlockProps {
  title: string;
  /** The name of the result. */
  name: string;
  /** What is copied. */
  text: string;
  remark?: string;
  className?: string;
  children: ReactNode;
}

function Block({ title, name, text, remark, className, children }: BlockProps) {
  return (
    <div className="block">
      <h4>
        {title} {remark && <small>{remark}</small>}
      </h4>
      <CopyButton text={text} label={`Copy ${title} of ${name}`} />
      <Scrolled label={`${title} of ${name}`} className={className}>
        {children}
      </Scrolled>
    </div>
  );
}

function Scrolled({
  label,
  className,
  children,
}: {
  label: string;
  className?: string | undefined;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls.
    <pre className={className} tabIndex={0} role="group" aria-label={label}>
      {children}
    </pre>
  );
}

function Comparison({ part, name }: { part: Extract<BodyPart, { kind: "comparison" }>; name: string }) {
  const { words, run, url, changes, text } = part;
  return (
    <div className="comparison">
      <p>
        {words} <OutsideLink url={url}>{run}</OutsideLink>
        {changes.length > 0 || text !== undefined ? ":" : "."}
      </p>
      {changes.length > 0 && (
        <ul>
          {changes.map((change) => (
            <li key={change}>
              <code>{change}</code>
            </li>
          ))}
        </ul>
      )}
      {text !== undefined && <Scrolled label={`Exit value of ${name} in run ${run}`}>{text}</Scrolled>}
    </div>
  );
}

/** The notebook with its output, which is read from the report when it is opened first. */
function NotebookOutput({ view, onShow }: { view: Props["view"]; onShow: Props["onShowOutput"] }) {
  const [isOpen, setOpen] = useState(false);
  const [isRead, setRead] = useState(false);
  const show = (isOpen: boolean) => {
    setOpen(isOpen);
    if (isOpen && !isRead) onShow().finally(() => setRead(true));
  };
  return (
    <details className="output" onToggle={(event) => show(event.currentTarget.open)}>
      <summary>Notebook with its output</summary>
      {isOpen && view.exportedHtml && (
        // Anyone can attach a page. notebookPage removes what loads or runs, and the sandbox allows nothing.
        <iframe
          sandbox=""
          srcDoc={notebookPage(view.exportedHtml)}
          title={`Output of ${view.name}`}
          referrerPolicy="no-referrer"
        />
      )}
      {isOpen && !view.exportedHtml && (
        <p role="status">
          {isRead
            ? "The report of this run does not contain this notebook."
            : "Reading the report of this run …"}
        </p>
      )}
    </details>
  );
}
