import { invalidParameter } from "./errors.ts";
import type { Fields } from "./fields.ts";

/** One page of a list by `page_token` or `offset`, and the tokens of its neighbours. */
interface Page<T> {
  items: T[];
  tokens: { next_page_token?: string; prev_page_token?: string };
  hasMore: boolean;
  /** The offset of the next page. */
  end: number;
}

/** Cuts the page that `page_token` (else `offset`) and `sizeField` ask for. A token is good for the list it came from. */
export function pageOf<T>(
  all: T[],
  fields: Fields,
  options: {
    sizeField: string;
    minSize?: number;
    defaultSize: number;
    maxSize: number;
    sizeForZero?: number;
    /** Whether a size outside the limits counts as the limit and is not refused. */
    isClamped?: boolean;
  },
): Page<T> {
  const { sizeField, minSize = 0, defaultSize, maxSize, sizeForZero = defaultSize } = options;
  const given = fields.integer(sizeField) ?? defaultSize;
  const size = options.isClamped ? Math.min(Math.max(given, minSize), maxSize) : given;
  if (size < minSize || size > maxSize) {
    throw invalidParameter(`${sizeField} must be between ${minSize} and ${maxSize}, got ${size}`);
  }
  const token = fields.string("page_token");
  const start = token ? offsetOf(token) : (fields.integer("offset") ?? 0);
  const length = size || sizeForZero;
  const end = start + length;
  return {
    items: all.slice(start, end),
    hasMore: end < all.length,
    end,
    tokens: {
      ...(end < all.length ? { next_page_token: tokenOf(end) } : {}),
      ...(start > 0 ? { prev_page_token: tokenOf(Math.max(0, start - length)) } : {}),
    },
  };
}

export function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString("base64url");
}

export function offsetOf(token: string): number {
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (offset === undefined) throw invalidParameter(`Invalid page token: ${token}`);
  return Number(offset);
}
