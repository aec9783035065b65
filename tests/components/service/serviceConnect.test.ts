import assert from "node:assert/strict";

import { FargateCluster, type ServiceConnect } from "../../../components";
import { evaluate } from "../../program/mocks";
import { declareWeb } from "../webService";

const namespaceArn = "arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/ns-1";

async function declare(serviceConnect?: ServiceConnect) {
  const { resources } = await declareWeb({ containerPort: 8080, serviceConnect });
  const inputsOf = (type: string) => resources.find((one) => one.type === type)?.inputs ?? {};
  const containers = inputsOf("aws:ecs/taskDefinition:TaskDefinition").containerDefinitions;
  return {
    configuration: inputsOf("aws:ecs/service:Service").serviceConnectConfiguration as
      Record<string, unknown> | undefined,
    port: (JSON.parse(containers as string) as { portMappings: unknown[] }[])[0]?.portMappings[0],
  };
}

describe("Service Connect", () => {
  it("gives a service a name and a port in its namespace", async () => {
    const { configuration, port } = await declare({ namespaceArn, dnsName: "web" });
    assert.equal(configuration?.enabled, true);
    assert.equal(configuration.namespace, namespaceArn);
    assert.deepEqual(configuration.services, [
      { portName: "web", discoveryName: "web", clientAlias: [{ dnsName: "web", port: 8080 }] },
    ]);
    assert.deepEqual(port, {
      containerPort: 8080,
      hostPort: 8080,
      protocol: "tcp",
      name: "web",
      appProtocol: "http",
    });
  });

  it("may offer another port than the container's, and sets no protocol for tcp", async () => {
    const { configuration, port } = await declare({
      namespaceArn,
      dnsName: "web",
      port: 80,
      appProtocol: "tcp",
    });
    assert.match(JSON.stringify(configuration?.services), /"dnsName":"web","port":80/);
    assert.ok(!("appProtocol" in (port as object)));
  });

  it("sends the proxy's logs to the service's log group", async () => {
    const { configuration } = await declare({ namespaceArn });
    assert.match(JSON.stringify(configuration?.logConfiguration), /"\/ecs\/handson-dev"/);
    assert.match(JSON.stringify(configuration?.logConfiguration), /"service-connect"/);
  });

  it("may be for a service that only calls others", async () => {
    const { configuration, port } = await declare({ namespaceArn });
    assert.equal(configuration?.enabled, true);
    assert.equal(configuration.services, undefined);
    assert.deepEqual(port, { containerPort: 8080, hostPort: 8080, protocol: "tcp" });
  });

  it("is off unless it is asked for", async () => {
    assert.equal((await declare()).configuration, undefined);
  });

  for (const [wrong, problem] of [
    [{ dnsName: "Web" }, /serviceConnect\.dnsName "Web" must be 1 to 63 lower-case/],
    [{ dnsName: "web", port: 70_000 }, /serviceConnect\.port 70000 must be .* 1 to 65535/],
    [{ port: 80 }, /serviceConnect\.port without a dnsName/],
  ] as const) {
    it(`refuses ${JSON.stringify(wrong)}`, async () => {
      await assert.rejects(declare({ namespaceArn, ...wrong }), problem);
    });
  }
});

describe("FargateCluster", () => {
  it("makes a namespace of its name for its services if asked to", async () => {
    const { resources } = await evaluate(
      () => new FargateCluster("shared", { name: "shop", serviceConnect: true }),
    );
    const inputsOf = (type: string) => resources.find((one) => one.type === type)?.inputs;
    const namespace = inputsOf("aws:servicediscovery/httpNamespace:HttpNamespace");
    assert.equal(namespace?.name, "shop-dev");
    assert.deepEqual(inputsOf("aws:ecs/cluster:Cluster")?.serviceConnectDefaults, {
      namespace: "arn:aws:mock:::shared-namespace",
    });
  });

  it("makes none otherwise", async () => {
    const { resources } = await evaluate(() => new FargateCluster("shared"));
    assert.ok(!resources.some(({ type }) => type.startsWith("aws:servicediscovery")));
  });

  it("refuses an invalid name", async () => {
    const wrong = evaluate(() => new FargateCluster("shared", { name: "Shop!" }));
    await assert.rejects(wrong, /"Shop!" must be lower-case letters/);
  });
});
