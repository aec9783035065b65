/** Brings each service's copies of what services have in common up to date. */
export function shareSources(): void;
