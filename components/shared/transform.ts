/**
 * Overrides the arguments of one of a component's resources: either arguments that replace the component's, or a
 * function that returns new ones. The function also gets the resource's name, as one `transform` may apply to several
 * resources.
 *
 * To change a resource's options, such as `protect` or `aliases`, use `transforms` in the component's own options.
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

/** The part of a `transform` that is known before the arguments are: all of it, unless it is a function. */
export const plainPart = <Args extends object>(transform: Transform<Args> | undefined) =>
  typeof transform === "function" ? {} : (transform ?? {});
