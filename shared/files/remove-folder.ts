/**
 * Options of `rm` for a folder and all that is in it. Node repeats a removal for the errors by which one fails on Windows while another
 * program has a file open, waiting 100 ms longer each time.
 */
export const wholeFolder = { recursive: true, force: true, maxRetries: 5 } as const;
