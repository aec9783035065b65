import assert from "node:assert/strict";

import { type Answers, type AskedResource, evaluateProgram } from "./mocks";
import { pushed } from "./standingAccount";

const deploy = (changes: Record<string, string> = {}, answers?: Answers) =>
  evaluateProgram({ chapters: '["microservices"]', ...changes }, "dev", answers);

const ofType = (resources: AskedResource[], type: string) =>
  resources.filter((resource) => resource.type === type);

const SERVICES = ["auth", "products", "shop"];

function pathsByName(resources: AskedResource[]) {
  return Object.fromEntries(
    ofType(resources, "aws:lb/listenerRule:ListenerRule").map(({ name, inputs }) => {
      const [{ pathPattern }] = inputs.conditions as [{ pathPattern: { values: string[] } }];
      return [name, pathPattern.values];
    }),
  );
}

describe("the microservices chapter", () => {
  it("deploys each service on its own, on one cluster and one listener", async () => {
    const { resources } = await deploy();
    assert.equal(ofType(resources, "aws:ecs/cluster:Cluster").length, 1);
    assert.equal(ofType(resources, "aws:lb/listener:Listener").length, 1);
    for (const type of [
      "aws:ecs/service:Service",
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:lb/targetGroup:TargetGroup",
      "aws:lb/listenerRule:ListenerRule",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:ecr/repository:Repository",
      "awsx:ecr:Image",
    ]) {
      assert.equal(ofType(resources, type).length, SERVICES.length, type);
    }
    const repositories = ofType(resources, "aws:ecr/repository:Repository");
    assert.deepEqual(
      repositories.map(({ inputs }) => inputs.name),
      SERVICES.map((name) => `ecs-handson-dev/${name}`),
    );
    const images = ofType(resources, "awsx:ecr:Image").map(({ inputs }) => inputs.context);
    assert.deepEqual(
      images.sort(),
      SERVICES.map((name) => `./services/${name}`),
    );
  });

  it("gives each service its name in Service Connect, after the services that it calls", async () => {
    const { resources } = await deploy();
    const services = ofType(resources, "aws:ecs/service:Service");
    const aliases = services.map(({ inputs }) => {
      const { services: [own] = [] } = inputs.serviceConnectConfiguration as {
        services?: { clientAlias: unknown[] }[];
      };
      return own?.clientAlias[0];
    });
    assert.deepEqual(
      aliases,
      SERVICES.map((dnsName) => ({ dnsName, port: 8080 })),
    );
    assert.deepEqual(
      services.map(({ inputs }) => inputs.name),
      ["auth-dev", "products-dev", "shop-dev"],
    );
  });

  it("gives the signing key to auth alone, and only auth's execution role may read it", async () => {
    const { resources } = await deploy();
    const withSecrets = ofType(resources, "aws:ecs/taskDefinition:TaskDefinition").filter(
      ({ inputs }) => String(inputs.containerDefinitions).includes("valueFrom"),
    );
    assert.deepEqual(
      withSecrets.map(({ name }) => name),
      ["auth-task"],
    );
    const readers = ofType(resources, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) =>
      String(inputs.policy).includes("secretsmanager"),
    );
    assert.deepEqual(
      readers.map(({ name }) => name),
      ["auth-execution-secrets"],
    );
    assert.match(
      String(readers[0]?.inputs.policy),
      /"Resource":\["arn:aws:secretsmanager:[^"*]+:secret:auth-signing-key-version-AbCdEf"\]/,
    );
  });

  it("leaves / and every other path to the other chapters if there are any", async () => {
    const alone = pathsByName((await deploy()).resources);
    assert.deepEqual(alone, {
      "auth-rule": ["/auth", "/auth/*"],
      "products-rule": ["/products", "/products/*"],
      "shop-rule": ["/", "/shop", "/shop/*"],
    });
    const { resources } = await deploy({ chapters: '["fargate","ec2","microservices"]' });
    assert.deepEqual(pathsByName(resources)["shop-rule"], ["/shop", "/shop/*"]);
    const priorities = Object.fromEntries(
      ofType(resources, "aws:lb/listenerRule:ListenerRule").map(({ name, inputs }) => [
        name,
        Number(inputs.priority),
      ]),
    );
    for (const name of ["fargate-rule", "ec2-service-rule"]) {
      assert.ok(Number(priorities["shop-rule"]) < Number(priorities[name]), name);
    }
  });

  it("deploys the services that the settings list", async () => {
    const reviews = {
      name: "reviews",
      paths: ["/reviews", "/reviews/*"],
      port: 9000,
      healthCheckPath: "/reviews/health",
      cpu: 512,
      memory: 1024,
      desiredCount: 2,
      environment: { LOCALE: "ja" },
      secrets: ["REVIEWS_KEY"],
    };
    const { resources, outputs } = await deploy(
      { microservices: JSON.stringify([reviews]), microservicesImage: "1.0" },
      pushed("1.0"),
    );
    const [task] = ofType(resources, "aws:ecs/taskDefinition:TaskDefinition");
    assert.equal(task?.inputs.cpu, "512");
    assert.equal(task.inputs.memory, "1024");
    assert.match(String(task.inputs.containerDefinitions), /"name":"LOCALE","value":"ja"/);
    assert.match(String(task.inputs.containerDefinitions), /"containerPort":9000/);
    const [service] = ofType(resources, "aws:ecs/service:Service");
    assert.equal(service?.inputs.desiredCount, 2);
    const [secret] = ofType(resources, "aws:secretsmanager/secret:Secret");
    assert.equal(secret?.inputs.name, "reviews-key-dev");
    assert.deepEqual(Object.keys(outputs.microservices?.services ?? {}), ["reviews"]);
  });

  it("outputs the names and commands of each service", async () => {
    const { outputs } = await deploy();
    const { clusterName, services } = outputs.microservices ?? {};
    assert.equal(clusterName, "microservices-dev");
    assert.deepEqual(Object.keys(services ?? {}), SERVICES);
    assert.match(services?.shop?.commands.logs ?? "", /\/ecs\/shop-dev --follow$/);
    assert.match(services?.shop?.commands.push ?? "", /docker build .* services\/shop /);
  });

  it("scales each service by the settings", async () => {
    const { resources } = await deploy({ autoscaling: "cpu" });
    assert.equal(ofType(resources, "aws:appautoscaling/target:Target").length, SERVICES.length);
  });
});
