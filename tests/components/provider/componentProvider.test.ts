import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { componentProvider } from "../../../components/provider/componentProvider";
import type { PackageSchema } from "../../../components/provider/schema";

/** The arguments that the class below received, which takes all kinds. */
let taken: pulumi.Inputs = {};

class Kinds extends pulumi.ComponentResource {
  readonly greeting: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:tests:Kinds", name, {}, opts);
    taken = args;
    this.greeting = pulumi.output(`hello from ${name}`);
  }
}

const schema = {
  name: "ecs-handson",
  version: "1.2.3",
  resources: {
    "ecs-handson:index:Kinds": {
      inputProperties: {
        size: { type: "number", plain: true },
        later: { type: "string" },
        names: { type: "array", plain: true, items: { type: "string", plain: true } },
        tags: {
          type: "object",
          plain: true,
          additionalProperties: { type: "string", plain: true },
        },
        place: {
          plain: true,
          oneOf: [
            { $ref: "#/resources/ecs-handson:index:Kinds" },
            { $ref: "#/types/ecs-handson:index:Place" },
          ],
        },
      },
      properties: { greeting: { type: "string" } },
    },
  },
  types: {
    "ecs-handson:index:Place": {
      type: "object",
      properties: { id: { type: "string" }, block: { type: "string", plain: true } },
    },
  },
} as unknown as PackageSchema;

describe("the components' provider", () => {
  let provider: pulumi.provider.Provider;

  before(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
        call: ({ inputs }) => inputs as object,
      },
      "project",
      "stack",
    );
    provider = componentProvider(schema, { Kinds });
  });

  async function build(inputs: pulumi.Inputs, type = "ecs-handson:index:Kinds") {
    assert.ok(provider.construct);
    return provider.construct("one", type, inputs, {});
  }

  it("serves the schema, in which every argument may be an Output", () => {
    assert.equal(provider.version, "1.2.3");
    assert.doesNotMatch(provider.schema ?? "", /"plain"/);
    assert.match(provider.schema ?? "", /"size":{"type":"number"}/);
  });

  it("builds a component and returns its outputs", async () => {
    const { urn, state } = await build({});
    assert.deepEqual(Object.keys(state), ["greeting"]);
    const values = await new Promise((resolve) => {
      pulumi.all([urn, state.greeting as string]).apply(resolve);
    });
    assert.deepEqual(values, [
      "urn:pulumi:stack::project::ecs-handson:tests:Kinds::one",
      "hello from one",
    ]);
  });

  it("awaits plain arguments, and leaves those that may be an Output", async () => {
    const later = pulumi.output("then");
    await build({
      size: pulumi.output(3),
      later,
      names: pulumi.output(["a", "b"]),
      tags: { team: pulumi.output("web") },
      place: { id: later, block: pulumi.output("10.0.0.0/16") },
    });
    assert.deepEqual(
      { ...taken, later: undefined, place: undefined },
      { size: 3, later: undefined, names: ["a", "b"], tags: { team: "web" }, place: undefined },
    );
    assert.equal(taken.later, later);
    assert.deepEqual(taken.place, { id: later, block: "10.0.0.0/16" });
  });

  it("splits an object that is an Output into its properties", async () => {
    await build({ place: pulumi.output({ id: "vpc-1", block: "10.0.0.0/16" }) });
    const { id, block } = taken.place as pulumi.Inputs;
    assert.equal(block, "10.0.0.0/16");
    assert.ok(pulumi.Output.isInstance(id));
    assert.equal(await new Promise((resolve) => id.apply(resolve)), "vpc-1");
  });

  it("keeps secrets in arguments that may be Outputs, and refuses others by name", async () => {
    const later = pulumi.secret("hidden");
    await build({ later });
    assert.equal(taken.later, later);
    await assert.rejects(
      () => build({ tags: { password: pulumi.secret("hidden") } }),
      /tags\.password is a secret/,
    );
  });

  it("refuses by name a plain argument that is not known before the update", async () => {
    const Unknown = pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<number>;
    const unknown = new Unknown(
      new Set(),
      Promise.resolve(undefined),
      Promise.resolve(false),
      Promise.resolve(false),
      Promise.resolve(new Set()),
    );
    await assert.rejects(() => build({ size: unknown }), /size is not known before the update/);
  });

  it("accepts a component that it has built as an argument of another", async () => {
    const one = new Kinds("other", {});
    await build({ place: one });
    assert.equal(taken.place, one);
  });

  it("refuses a component that another process has built", async () => {
    const place = "urn:pulumi:stack::project::ecs-handson:elsewhere:Kinds::far";
    await assert.rejects(() => build({ place }), /place: .* was built by another process/);
  });

  it("lists the components that exist if asked for another", async () => {
    await assert.rejects(
      () => build({}, "ecs-handson:index:Kind"),
      /no component ecs-handson:index:Kind; there are ecs-handson:index:Kinds/,
    );
  });
});
