/**
 * How CodeDeploy moves requests to new tasks: all at once, in equal steps, or a small part first.
 *
 * Source: AWS CodeDeploy user guide, "Predefined deployment configurations for an Amazon ECS compute
 * platform".
 */
export const codeDeployConfigurations = [
  "ECSAllAtOnce",
  "ECSLinear10PercentEvery1Minutes",
  "ECSLinear10PercentEvery3Minutes",
  "ECSCanary10Percent5Minutes",
  "ECSCanary10Percent15Minutes",
] as const;

export type CodeDeployConfiguration = (typeof codeDeployConfigurations)[number];
