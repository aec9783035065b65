import assert from "node:assert/strict";

import { packageSchema } from "../../../components/commands/packageSchema";
import type {
  EnumSchema,
  ObjectSchema,
  PackageSchema,
  TypeSchema,
} from "../../../components/provider/schema";
import { keptSchema } from "../arguments";

describe("the components' schema", () => {
  let made: ReturnType<typeof packageSchema>;
  let schema: PackageSchema;

  before(() => {
    made = packageSchema();
    schema = keptSchema();
  });

  const inputsOf = (name: string) => {
    const component = schema.resources[`ecs-handson:index:${name}`];
    assert.ok(component, name);
    return component.inputProperties;
  };
  const typeOf = (name: string) => {
    const type = schema.types[`ecs-handson:index:${name}`];
    assert.ok(type, name);
    return type;
  };

  it("is up to date with their source (run npm run components:schema)", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(made.schema)), schema);
  });

  it("leaves out functions and resources of other packages, and nothing else", () => {
    const ofProviders = /\.(transform|deployTarget|taskRole|run)$|^CicdPipeline$/;
    assert.deepEqual(
      [...made.leftOut.keys()].filter((name) => !ofProviders.test(name)),
      [],
    );
  });

  it("describes every component, argument and output", () => {
    for (const [token, { inputProperties, properties, description }] of Object.entries(
      schema.resources,
    )) {
      assert.ok(description, token);
      for (const [name, property] of Object.entries({ ...inputProperties, ...properties })) {
        assert.ok(property.description, `${token}.${name}`);
      }
    }
  });

  it("contains the defaults", () => {
    assert.match(inputsOf("FargateService").cpu?.description ?? "", /\n\nDefault: 256\.(\n|$)/);
    assert.match(inputsOf("Network").natGateways?.description ?? "", /\n\nDefault: "single"\.$/);
  });

  it("says what is an error", () => {
    assert.match(
      inputsOf("FargateService").cpu?.description ?? "",
      /\n\nError: if it is not a Fargate size\.$/,
    );
  });

  it("requires arguments that have no default", () => {
    const { requiredInputs = [] } = schema.resources["ecs-handson:index:FargateService"] ?? {};
    assert.ok(requiredInputs.includes("image"));
    assert.ok(!requiredInputs.includes("cpu"));
  });

  it("offers choices as enums, under their names in TypeScript", () => {
    assert.equal(inputsOf("Network").natGateways?.$ref, "#/types/ecs-handson:index:NatGateways");
    assert.deepEqual(typeOf("NatGateways"), {
      ...typeOf("NatGateways"),
      type: "string",
      enum: [
        { name: "None", value: "none" },
        { name: "Single", value: "single" },
        { name: "PerAz", value: "per-az" },
      ],
    });
    const choices = ["EcsServiceDeploymentController", "FargateServiceCpuArchitecture"];
    const names = [...choices, "PlacementConstraintType"].flatMap((name) =>
      (typeOf(name) as EnumSchema).enum.map((one) => one.name),
    );
    assert.deepEqual(names, [
      ...["Ecs", "CodeDeploy", "X86_64", "Arm64"],
      ...["DistinctInstance", "MemberOf"],
    ]);
  });

  it("accepts a component, or an object with what is needed of one", () => {
    const { oneOf } = inputsOf("LoadBalancer").network ?? {};
    assert.deepEqual(oneOf, [
      { $ref: "#/resources/ecs-handson:index:Network" },
      { $ref: "#/types/ecs-handson:index:LoadBalancerNetwork" },
    ]);
    const { properties } = typeOf("LoadBalancerNetwork") as ObjectSchema;
    const names = ["publicSubnetIds", "taskSubnetIds", "vpcCidrBlock", "vpcId"];
    assert.deepEqual(Object.keys(properties).sort(), names);
  });

  it("accepts variables as strings, which may be numbers", () => {
    assert.deepEqual(inputsOf("FargateService").environment?.additionalProperties, {
      type: "string",
    });
  });

  it("merges several shapes into one object", () => {
    const { properties, required } = typeOf("PlacementStrategy") as ObjectSchema;
    assert.equal(properties.field?.type, "string");
    assert.deepEqual(required, ["type"]);
  });

  it("has every type that it refers to", () => {
    const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/(types|resources)\/([^"]+)"/g)];
    assert.ok(refs.length > 20);
    for (const [, kind, token] of refs) {
      assert.ok(schema[kind as "types" | "resources"][token ?? ""], token);
    }
  });

  it("distinguishes plain arguments from those that may be an Output", () => {
    const { listenerArn, desiredCount, securityGroupIds } = inputsOf("FargateService");
    assert.equal(listenerArn?.plain, undefined);
    assert.equal(desiredCount?.plain, true);
    const { plain, items }: TypeSchema = securityGroupIds ?? {};
    assert.deepEqual({ plain, items }, { plain: true, items: { type: "string" } });
  });
});
