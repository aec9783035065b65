import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { rules } from "../../policies/rules";
import {
  analyzeRequest,
  configureRequest,
  type PackConfig,
  stackRequest,
  type TestResource,
  urnOf,
} from "./harness";

/** The pack as the engine runs it: a process that prints a port and answers there. */
describe("the policy pack's process", function () {
  this.timeout(60_000);
  let server: ChildProcess;
  let client: AnalyzerClient;

  before(async () => {
    server = spawn(process.execPath, ["--import", "tsx", "index.ts"], {
      cwd: join(__dirname, "../../policies"),
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(server.stdout);
    const [port] = (await once(createInterface(server.stdout), "line")) as [string];
    client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  after(async () => {
    client.close();
    const ended = once(server, "exit");
    server.kill();
    await ended;
  });

  const call = <Response>(
    send: (answer: (error: Error | null, response: Response) => void) => unknown,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      send((error, response) => {
        if (error) {
          reject(error);
        } else {
          resolve(response);
        }
      });
    });

  const configure = (config: PackConfig): Promise<unknown> =>
    call((answer) => client.configure(configureRequest(config), answer));

  it("announces every rule with its metadata", async () => {
    const info = await call<AnalyzerInfo>((answer) => client.getAnalyzerInfo(new Empty(), answer));
    assert.equal(info.getName(), "ecs-handson");
    assert.deepEqual(
      info.getPoliciesList().map((policy) => policy.getName()),
      rules.map(({ name }) => name),
    );
    for (const policy of info.getPoliciesList()) {
      assert.notEqual(policy.getRemediationSteps(), "");
      assert.notEqual(policy.getFramework()?.getReference() ?? "", "");
    }
  });

  it("takes a right configuration", async () => {
    await configure({ "listener-https": { enforcementLevel: "disabled", onUnknown: "fail" } });
  });

  it("refuses a wrong configuration with every problem in its message", async () => {
    const wrong = configure({
      "listener-http": { enforcementLevel: "advisory" },
      "ecs-task-definition-awsvpc-network-mode": { enforcementLevel: "disabled" },
    });
    await assert.rejects(wrong, ({ message }: Error) => {
      assert.match(message, /"listener-http" is no rule: did you mean "listener-https"\?/);
      assert.match(message, /one of the tutorial's rules: it cannot be "disabled"/);
      assert.doesNotMatch(message, /configureCheck\.ts/);
      return true;
    });
  });

  it("begins each operation anew: what one needed, the next may not", async () => {
    const rule = "ecs-task-definition-no-privileged";
    const taskDefinition = (privileged: boolean): TestResource => ({
      type: "aws:ecs/taskDefinition:TaskDefinition",
      props: { containerDefinitions: JSON.stringify([{ name: "nginx", privileged }]) },
    });
    const exemption = {
      urn: urnOf(taskDefinition(true)),
      reason: "needs the GPU driver",
      expires: "2999-12-31",
    };
    const config: PackConfig = {
      [rule]: { enforcementLevel: "mandatory", exemptions: [exemption] },
    };
    const operation = async (resource: TestResource): Promise<string[]> => {
      await configure(config);
      await call((answer) => client.analyze(analyzeRequest(resource), answer));
      const response = await call<AnalyzeResponse>((answer) =>
        client.analyzeStack(stackRequest([resource]), answer),
      );
      return response.getDiagnosticsList().map((diagnostic) => diagnostic.getMessage());
    };
    assert.ok(
      !(await operation(taskDefinition(true))).some((message) =>
        message.includes("excuses nothing"),
      ),
    );
    assert.ok(
      (await operation(taskDefinition(false))).some((message) =>
        message.includes("excuses nothing"),
      ),
    );
  });
});
