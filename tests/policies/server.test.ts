import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { rules } from "../../policies/rules";
import { configureRequest, type PackConfig } from "./harness";

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

  const configure = (config: PackConfig): Promise<unknown> =>
    new Promise((resolve, reject) => {
      client.configure(configureRequest(config), (error, response) => {
        if (error) {
          reject(error);
        } else {
          resolve(response);
        }
      });
    });

  it("announces every rule with its metadata", async () => {
    const info = await new Promise<AnalyzerInfo>((resolve, reject) => {
      client.getAnalyzerInfo(new Empty(), (error, response) => {
        if (error) {
          reject(error);
        } else {
          resolve(response);
        }
      });
    });
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
});
