/**
 * A proxy for a module that loads it on first use: reading a property, listing properties, calling it or constructing
 * it. A module without a default export serves as its own default, as compilers treat CommonJS imports.
 */
export function standIn(load: () => object): object {
  let loaded: Record<PropertyKey, unknown> | undefined;
  const module = (): Record<PropertyKey, unknown> =>
    (loaded ??= load() as Record<PropertyKey, unknown>);
  // A bound function can be called and constructed, and has no non-configurable property that a proxy would have to
  // report.
  const target = function (this: unknown) {
    return undefined;
  }.bind(undefined);
  return new Proxy(target, {
    get: (_, key) => {
      // Read at once by the importing code, which can handle either answer.
      if (key === "__esModule") return true;
      return key === "default" ? (module().default ?? module()) : module()[key];
    },
    set: (_, key, value) => Reflect.set(module(), key, value),
    has: (_, key) => key === "__esModule" || Reflect.has(module(), key),
    ownKeys: () => Reflect.ownKeys(module()),
    // A proxy may report properties that its target lacks only as configurable.
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
