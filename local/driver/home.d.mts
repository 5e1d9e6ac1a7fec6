export function isCheckout(root: string): boolean;
export function homeOf(root: string): string;
