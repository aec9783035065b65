/**
 * Stands in for a module until something of it is used, which loads it, and is as good as the module then: to
 * read a name, to list the names, to call it or to make one of it. A module without a default export is
 * its own, as compilers have it for what they import.
 */
export function standIn(load: () => object): object {
  let loaded: Record<PropertyKey, unknown> | undefined;
  const module = (): Record<PropertyKey, unknown> =>
    (loaded ??= load() as Record<PropertyKey, unknown>);
  // A bound function can be called and made one of, and has no property of its own that must stay.
  const target = function (this: unknown) {
    return undefined;
  }.bind(undefined);
  return new Proxy(target, {
    get: (_, key) => {
      // Asked at once by the code that imports it; either answer suits it.
      if (key === "__esModule") return true;
      return key === "default" ? (module().default ?? module()) : module()[key];
    },
    set: (_, key, value) => Reflect.set(module(), key, value),
    has: (_, key) => key === "__esModule" || Reflect.has(module(), key),
    ownKeys: () => Reflect.ownKeys(module()),
    // What the target has not can be told as configurable only.
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(module(), key);
      return descriptor && { ...descriptor, configurable: true };
    },
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(module(), key, descriptor),
    deleteProperty: (_, key) => Reflect.deleteProperty(module(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(module()),
    apply: (_, that, args: unknown[]) => Reflect.apply(callable(module()), that, args),
    construct: (_, args: unknown[]) => Reflect.construct(callable(module()), args) as object,
  });
}

function callable(module: object): (...args: unknown[]) => unknown {
  return module as unknown as (...args: unknown[]) => unknown;
}
