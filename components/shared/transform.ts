/**
 * The last word on the arguments of one of a component's resources: arguments that take the place of those that the
 * component gives it, or a function that returns others. A function is told the resource's name too, for one
 * `transform` may be of several resources.
 *
 * What a resource's options have, such as `protect` or `aliases`, `transforms` among the component's own options change.
 */
export type Transform<Args> = Partial<Args> | ((args: Args, name: string) => Args);

/**
 * Applies a `transform` to arguments that are otherwise ready.
 *
 * @param name of the resource in Pulumi.
 */
export function transformed<Args extends object>(
  name: string,
  args: Args,
  transform: Transform<Args> | undefined,
): Args {
  if (transform === undefined) return args;
  return typeof transform === "function" ? transform(args, name) : { ...args, ...transform };
}

/** What of a `transform` can be told before the arguments are there: all of it, unless it is a function. */
export const plainPart = <Args extends object>(transform: Transform<Args> | undefined) =>
  typeof transform === "function" ? {} : (transform ?? {});
