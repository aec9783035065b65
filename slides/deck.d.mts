/** Marp Markdown of a page of the tutorial: see deck.mjs. */
export function deckOf(markdown: string, options: { language: "en" | "ja" }): string;
