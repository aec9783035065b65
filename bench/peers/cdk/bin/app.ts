// The architecture of all chapters as an AWS CDK app, which `npm run bench -- cdk` compares with ours.
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

import { acknowledgeFindings } from "../lib/acknowledged";
import { HandsonStack } from "../lib/handsonStack";

const app = new App();
const stack = new HandsonStack(app, "ecs-handson", {
  // Explicit, so that nothing is looked up.
  env: { account: "123456789012", region: "ap-northeast-1" },
});
acknowledgeFindings(stack);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
