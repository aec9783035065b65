/**
 * @param count number of resources to declare: 3 or more.
 * @param prefix the beginning of most physical names. @default "bench"
 */
export function declareResources(count: number, prefix?: string): void;
