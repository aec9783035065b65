/** @param count number of resources to declare: 3 or more. */
export function declareResources(count: number): void;
