import assert from "node:assert/strict";

import { unknown, urnOf, type PackConfig, type TestResource } from "./harness";
import { AWSVPC, EXECUTION, mandatory, messages, ROLE, VPC_ONLY } from "./made";
import { group, service, vpc } from "./stacks";

describe("a Terraform resource", () => {
  const ofModule = (
    name: string,
    props: object,
    extra: Partial<TestResource> = {},
  ): TestResource => ({
    type: `network:tf:aws_${name}`,
    name: `module.network.aws_${name}.this`,
    props,
    ...extra,
  });
  const ofProvider = (name: string, props: object, extra: Partial<TestResource> = {}) => ({
    type: `aws:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    name,
    props,
    ...extra,
  });
  const definition = {
    family: "web",
    network_mode: "awsvpc",
    execution_role_arn: ROLE,
    container_definitions: JSON.stringify([
      { name: "web", image: "nginx:1.28.0", user: "1", logConfiguration: { logDriver: "awslogs" } },
    ]),
  };

  it("is judged as a task definition", async () => {
    const found = (more: object) =>
      mandatory([ofModule("ecs_task_definition", { ...definition, ...more })]);
    assert.deepEqual(await found({}), []);
    assert.deepEqual(await found({ network_mode: "host" }), [AWSVPC]);
    assert.deepEqual(await found({ execution_role_arn: null }), [EXECUTION]);
    assert.deepEqual(await found({ volume: [{ name: "v", host_path: "/var/run/docker.sock" }] }), [
      "ecs-task-definition-no-docker-socket",
    ]);
    const bridged = ofProvider("ecsTaskDefinition", {
      networkMode: "bridge",
      executionRoleArn: ROLE,
      containerDefinitions: definition.container_definitions,
    });
    assert.deepEqual(await mandatory([bridged]), [AWSVPC]);
  });

  it("is judged in the AWS provider's shape, in which blocks are lists or objects", async () => {
    const judged: readonly [string, object, string][] = [
      [
        "launch_template",
        { metadata_options: [{ http_tokens: "optional" }] },
        "launch-template-imdsv2",
      ],
      [
        "iam_role",
        {
          inline_policy: [
            { policy: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' },
          ],
        },
        "iam-no-wildcard-admin",
      ],
      [
        "security_group",
        { ingress: [{ protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] }] },
        "security-group-no-unrestricted-ingress",
      ],
      [
        "codepipeline",
        { stage: [{ action: [{ name: "a", owner: "ThirdParty", provider: "GitHub" }] }] },
        "codepipeline-no-oauth-token-source",
      ],
      ["efs_file_system", { encrypted: false }, "efs-encrypted"],
    ];
    for (const [name, props, rule] of judged) {
      assert.deepEqual(await mandatory([ofModule(name, props)]), [rule], name);
    }
    const template = (http_tokens: string) =>
      ofModule("launch_template", { metadata_options: [{ http_tokens }] });
    assert.deepEqual(await mandatory([template("required")]), []);
    assert.deepEqual(await mandatory([ofModule("s3_bucket", { acl: "private" })]), []);
  });

  it("keeps all blocks of a kind, and the names that users choose", async () => {
    const web = { protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] };
    const shell = { ...web, from_port: 22, to_port: 22 };
    for (const ingress of [
      [web, shell],
      [shell, web],
    ]) {
      assert.deepEqual(await mandatory([ofModule("security_group", { ingress })]), [
        "security-group-no-unrestricted-ingress",
      ]);
    }
    const tagNames = ["cost_center"];
    const config: PackConfig = { "required-tags": { enforcementLevel: "mandatory", tagNames } };
    const tagged = ofModule("vpc", {
      tags: { cost_center: "web" },
      tags_all: { cost_center: "web" },
    });
    assert.deepEqual(await mandatory([tagged], config), []);
  });

  it("may be the VPC of a service and a group outside its module", async () => {
    const module: TestResource = { type: "network:index:Module", name: "network", props: {} };
    const stack = (block: string, ingress: object) => [
      module,
      ofModule("vpc", { cidr_block: block }, { parent: "network" }),
      ofModule("security_group", { vpc_id: unknown, ingress }, { parent: "network" }),
      group("tasks", {}, { vpcId: ["network"] }),
      { ...service(["tasks"]), dependencies: { networkConfiguration: ["tasks"] } },
      {
        type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        name: "rule",
        props: {
          securityGroupId: unknown,
          cidrIpv4: "10.0.0.0/16",
          ipProtocol: "tcp",
          fromPort: 80,
          toPort: 80,
        },
        dependencies: { securityGroupId: ["tasks"] },
      },
    ];
    assert.deepEqual(await mandatory(stack("10.0.0.0/16", [])), []);
    assert.deepEqual(await mandatory(stack("10.9.0.0/16", [])), [VPC_ONLY]);
  });

  it("is refused if it refers to groups, unless it is listed", async () => {
    const rule = ofModule("vpc_security_group_ingress_rule", {
      cidr_ipv4: "10.0.0.0/16",
      ip_protocol: "tcp",
      from_port: 80,
      to_port: 80,
    });
    const tasks = ofModule("ecs_service", {
      network_configuration: [{ security_groups: [unknown] }],
    });
    const openGroup = ofModule("security_group", { ingress: unknown });
    for (const each of [rule, tasks, openGroup]) {
      assert.deepEqual(await mandatory([each]), [VPC_ONLY], each.type);
      assert.match(
        (await messages([each], VPC_ONLY))[0] ?? "",
        /Terraform module, which does not say/,
      );
      const listed = { urn: urnOf(each), reason: "the platform's", expires: "2999-12-31" };
      const config: PackConfig = {
        [VPC_ONLY]: { enforcementLevel: "mandatory", unseenResources: [listed] },
      };
      assert.deepEqual(await mandatory([each], config), []);
    }
    // What it shows by itself is still found.
    const world = ofModule("vpc_security_group_ingress_rule", {
      cidr_ipv4: "0.0.0.0/0",
      ip_protocol: "tcp",
      from_port: 22,
      to_port: 22,
    });
    assert.deepEqual(await mandatory([world]), [
      VPC_ONLY,
      "security-group-no-unrestricted-ingress",
    ]);
  });

  it("is refused if the engine shows only its type, unless it is listed", async () => {
    const shown = (name: string) => ofModule(name, {}, { isView: true });
    const tasks = shown("ecs_service");
    assert.deepEqual(await mandatory([tasks]), [VPC_ONLY]);
    assert.deepEqual(await mandatory([shown("ecs_task_definition")]), [EXECUTION]);
    assert.deepEqual(await mandatory([shown("scheduler_schedule")]), [VPC_ONLY]);
    assert.deepEqual(await mandatory([shown("subnet"), shown("s3_bucket")]), []);
    const listed = { urn: urnOf(tasks), reason: "the platform's", expires: "2999-12-31" };
    const config: PackConfig = {
      [VPC_ONLY]: { enforcementLevel: "mandatory", unseenResources: [listed] },
    };
    assert.deepEqual(await mandatory([tasks], config), []);
  });

  it("refers to its dependencies if it comes from a Terraform provider", async () => {
    const rule = (cidrIpv4: string) =>
      ofProvider(
        "vpcSecurityGroupIngressRule",
        { securityGroupId: unknown, ipProtocol: "tcp", fromPort: 80, toPort: 80, cidrIpv4 },
        { dependencies: { securityGroupId: ["tasks"] } },
      );
    const base = [vpc(), group("tasks"), service(["tasks"])];
    assert.deepEqual(await mandatory([...base, rule("10.0.1.0/24")]), []);
    assert.deepEqual(await mandatory([...base, rule("0.0.0.0/0")]), [VPC_ONLY]);
  });
});
