/**
 * @param count number of resources to declare: 3 or more.
 * @param prefix what most physical names begin with. @default "bench"
 */
export function declareResources(count: number, prefix?: string): void;
