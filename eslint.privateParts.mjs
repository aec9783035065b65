/**
 * Refuses what the documentation of packages and of Node.js does not offer: CONTRIBUTING.md ("One door") says where such
 * uses stand instead, with their proof.
 */

/**
 * Modules that a package's documentation does not name; what it exports by its index, or for types, is for all. And tsx,
 * which `loader/` alone has keep what it compiles where its user alone can write.
 */
const privateModule =
  /^(@pulumi\/pulumi\/(?!package\.json$|automation$|proto\/)|@pulumi\/policy\/(?!package\.json$|schema$)|@pulumi\/aws(x)?\/(utilities|provider\.js)|@grpc\/grpc-js\/build\/|tsx(\/|$)|mocha\/lib\/|esbuild\/lib\/|source-map-support\b)/;
/** The engine's protocol, which Pulumi keeps compatible: documented for providers and language hosts, not in JavaScript. */
const protocol = /^@pulumi\/pulumi\/proto\//;
/** What the SDK's runners and loaders tell each other. */
const privateVariable = /^(PULUMI_NODEJS_\w+|PULUMI_CONFIG_SECRET_KEYS|PULUMI_CONFIG|TSX_\w+)$/;
const privateMember =
  /^_(load|extensions|compile|resolveFilename|nodeModulePaths|cache|findPath|preloadModules|handle|events|pulumi\w*)$|^__(pulumi\w*|opts|providers|aliases|prov|childResources|parentResource)$|^prepareStackTrace$/;

/** Whether a value is a module, or a part of one. */
function isFromModule(node) {
  switch (node?.type) {
    case "AwaitExpression":
      return isFromModule(node.argument);
    case "TSAsExpression":
      return isFromModule(node.expression);
    case "MemberExpression":
      return isFromModule(node.object);
    case "ImportExpression":
      return true;
    case "CallExpression":
      // `require(…)`, and `createRequire(…)(…)`.
      return node.callee.name === "require" || node.callee.type === "CallExpression";
    default:
      return false;
  }
}

export const privateParts = {
  meta: {
    type: "problem",
    schema: [{ type: "object", properties: { protocol: { type: "boolean" } } }],
  },
  create(context) {
    const { sourceCode } = context;
    const [{ protocol: hasProtocol = false } = {}] = context.options;
    const report = (node, what) => {
      context.report({
        node,
        message: `${what} is private: see "One door" in CONTRIBUTING.md for where such uses stand`,
      });
    };
    const isTypeOnly = ({ parent }) =>
      parent?.importKind === "type" ||
      parent?.type === "TSLiteralType" ||
      parent?.type === "TSImportType";

    const text = (node, value) => {
      if (typeof value !== "string") return;
      if (privateModule.test(value)) report(node, value);
      else if (protocol.test(value) && !hasProtocol && !isTypeOnly(node)) report(node, value);
      else if (privateVariable.test(value)) report(node, value);
    };
    const nameOf = ({ property, computed }) =>
      computed ? (property.type === "Literal" ? property.value : undefined) : property.name;

    /** Whether a name stands for a module, as a whole or a part of it. */
    const isModule = (identifier) => {
      for (let scope = sourceCode.getScope(identifier); scope; scope = scope.upper) {
        const variable = scope.set.get(identifier.name);
        if (!variable) continue;
        return variable.defs.some(
          ({ type, node }) =>
            type === "ImportBinding" || (type === "Variable" && isFromModule(node.init)),
        );
      }
      return false;
    };
    const changed = (node, target) => {
      if (target.type !== "MemberExpression") return;
      const { object } = target;
      const isPrototype = object.type === "MemberExpression" && nameOf(object) === "prototype";
      if (isPrototype) report(node, "a method that stands in for one of another class");
      else if (object.type === "Identifier" && isModule(object)) {
        report(node, "what stands in for a part of a module");
      }
    };

    return {
      Literal: (node) => {
        text(node, node.value);
      },
      TemplateElement: (node) => {
        text(node, node.value.cooked);
      },
      Identifier: (node) => {
        // Of an object literal, and of process.env.
        const { parent } = node;
        const isName =
          (parent.type === "Property" && parent.key === node && !parent.computed) ||
          (parent.type === "MemberExpression" && parent.property === node && !parent.computed);
        if (isName && privateVariable.test(node.name)) report(node, node.name);
      },
      MemberExpression: (node) => {
        const name = nameOf(node);
        if (privateMember.test(name ?? "")) report(node, name);
        if (name === "cache" && node.object.name === "require") report(node, "require.cache");
      },
      AssignmentExpression: (node) => {
        changed(node, node.left);
      },
      "CallExpression[callee.object.name='Reflect'] > Literal": (node) => {
        if (privateMember.test(String(node.value))) report(node, node.value);
      },
      "CallExpression[callee.object.name=/^(Object|Reflect)$/][callee.property.name=/^(defineProperty|defineProperties|set|assign)$/]":
        (node) => {
          const [target] = node.arguments;
          if (target?.type === "MemberExpression" && nameOf(target) === "prototype") {
            report(node, "a method that stands in for one of another class");
          } else if (target?.type === "Identifier" && isModule(target)) {
            report(node, "what stands in for a part of a module");
          }
        },
    };
  },
};
