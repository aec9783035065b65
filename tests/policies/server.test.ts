import assert from "node:assert/strict";
import { rules } from "../../policies/rules";
import { type PackConfig, type TestResource, urnOf } from "./harness";
import { PackProcess } from "./packProcess";

describe("the policy pack's process", () => {
  let pack: PackProcess;

  before(async () => {
    pack = await PackProcess.start();
  });

  after(async () => {
    assert.equal(await pack.end(), "");
  });

  it("announces every rule with its metadata", async () => {
    const info = await pack.info();
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

  it("accepts a valid configuration", async () => {
    await pack.configure({ "listener-https": { enforcementLevel: "disabled", onUnknown: "fail" } });
  });

  it("refuses an invalid configuration with every problem in its message", async () => {
    const wrong = pack.configure({
      "listener-http": { enforcementLevel: "advisory" },
      "ecs-task-definition-awsvpc-network-mode": { enforcementLevel: "disabled" },
    });
    await assert.rejects(wrong, ({ message }: Error) => {
      assert.match(message, /"listener-http" is not a rule: did you mean "listener-https"\?/);
      assert.match(message, /one of the tutorial's rules: it cannot be "disabled"/);
      assert.doesNotMatch(message, /\.ts:/);
      return true;
    });
  });

  it("judges in each operation anew whether an exemption is needed", async () => {
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
      await pack.configureStack();
      await pack.configure(config);
      await pack.analyze(resource);
      const found = await pack.analyzeStack([resource]);
      return found.map((diagnostic) => diagnostic.getMessage());
    };
    assert.ok(
      !(await operation(taskDefinition(true))).some((message) => message.includes("is not used")),
    );
    assert.ok(
      (await operation(taskDefinition(false))).some((message) => message.includes("is not used")),
    );
  });
});
