import { type ReactNode, useState } from "react";

interface Props {
  label: ReactNode;
  className?: string;
  /** Whether it is open whatever the reader chose. */
  isForced: boolean;
  children(): ReactNode;
}

/** Results that need not be read. They are drawn when the reader opens them. */
export function Fold({ label, className = "fold", isForced, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className={className}
      open={isForced || isOpen}
      onToggle={(event) => {
        // A toggle of a result within it comes here, too.
        if (event.target === event.currentTarget && !isForced) setOpen(event.currentTarget.open);
      }}
    >
      <summary>{label}</summary>
      {(isForced || isOpen) && children()}
    </details>
  );
}

/** Rows beyond this are drawn when the reader asks for them. */
const fewRows = 100;

interface LongListProps<T> {
  items: readonly T[];
  /** Whether all are drawn whatever the reader chose. */
  isForced: boolean;
  children(item: T): ReactNode;
}

export function LongList<T>({ items, isForced, children }: LongListProps<T>) {
  const [isWhole, showWhole] = useState(false);
  const shown = isWhole || isForced ? items : items.slice(0, fewRows);
  return (
    <>
      {shown.map(children)}
      {shown.length < items.length && (
        <button type="button" className="more" onClick={() => showWhole(true)}>
          Show {items.length - shown.length} more
        </button>
      )}
    </>
  );
}
