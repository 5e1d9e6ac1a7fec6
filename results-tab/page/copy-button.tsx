import { useRef, useState } from "react";

interface Props {
  text: string;
  label?: string;
  words?: string;
}

/** Copies a text, also in a frame that may not use the clipboard's own interface. */
export function CopyButton({ text, label, words = "Copy" }: Props) {
  const [isCopied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      copyBySelection(text);
    }
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" className="copy" aria-label={label} onClick={copy}>
      {isCopied ? "Copied" : words}
    </button>
  );
}

function copyBySelection(text: string): void {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.style.cssText = "position: fixed; opacity: 0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
}
