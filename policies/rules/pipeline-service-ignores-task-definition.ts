import type { PolicyResource } from "@pulumi/policy";
import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { DEPLOYMENT_GROUP, PIPELINE, SERVICE } from "../graph/tokens";
import { field, isAbsent, items, UNKNOWN, type Value } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

const DEPLOY_PROVIDERS: readonly Value[] = ["ECS", "CodeDeployToECS", UNKNOWN];

export default makeRule(
  {
    name: "pipeline-service-ignores-task-definition",
    description: "A service that a pipeline deploys ignores changes of its task definition.",
    level: "advisory",
    severity: "medium",
    framework: practice("The pipeline and the program do not undo each other's deploys"),
    remediationSteps: 'Add ignoreChanges: ["taskDefinition"] to the options of the service.',
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/ecs-cd-pipeline.html",
    types: [PIPELINE, SERVICE, DEPLOYMENT_GROUP],
  },
  {
    stack({ resources }, report) {
      for (const pipeline of ofType(resources, [PIPELINE])) {
        const { services, uncertain } = deployed(pipeline, resources);
        for (const service of services) {
          if (!service.opts.ignoreChanges.includes("taskDefinition")) {
            report.fail(
              `The pipeline ${pipeline.name} deploys ${service.name}, and an update of the program ` +
                "would put the old task definition back.",
              service.urn,
            );
          }
        }
        if (uncertain) {
          const isHidden = propsOf(pipeline).stages === UNKNOWN;
          const what = `Which service the pipeline ${pipeline.name} deploys`;
          report.unknown(isHidden ? "stages" : what, pipeline.urn);
        }
      }
    },
  },
);

/** The services of the stack that a pipeline deploys, by reference or by name. */
function deployed(pipeline: PolicyResource, resources: readonly PolicyResource[]) {
  const actions = items(propsOf(pipeline).stages)
    .flatMap((stage) => items(field(stage, "actions")))
    .filter((action) => DEPLOY_PROVIDERS.includes(field(action, "provider")));
  const configured = (name: string) =>
    actions.map((action) => field(action, "configuration", name)).filter((it) => !isAbsent(it));
  const target = (
    holder: PolicyResource,
    property: string,
    type: string,
    nameProperty: string,
    names: readonly Value[],
  ): readonly PolicyResource[] => {
    const known = names.filter((name) => typeof name === "string");
    const referenced = referred(holder, property, [type], resources);
    const named = ofType(resources, [type]).filter((resource) =>
      known.some((name) => name === propsOf(resource)[nameProperty]),
    );
    return [...referenced, ...named];
  };

  if (actions.length === 0) {
    return { services: [], uncertain: false };
  }
  const groupNames = configured("DeploymentGroupName");
  const groups = target(pipeline, "stages", DEPLOYMENT_GROUP, "deploymentGroupName", groupNames);
  const serviceNames = configured("ServiceName");
  const services = new Set([
    ...target(pipeline, "stages", SERVICE, "name", serviceNames),
    ...groups.flatMap((group) => {
      const name = field(propsOf(group).ecsService, "serviceName");
      return target(group, "ecsService", SERVICE, "name", [name]);
    }),
  ]);
  // Unknown names could be those of a service of this stack.
  const names = [
    ...groupNames,
    ...serviceNames,
    ...groups.map((group) => field(propsOf(group).ecsService, "serviceName")),
    ...ofType(resources, [SERVICE]).map((service) => propsOf(service).name),
    ...ofType(resources, [DEPLOYMENT_GROUP]).map((group) => propsOf(group).deploymentGroupName),
  ];
  return { services: [...services], uncertain: services.size === 0 && names.includes(UNKNOWN) };
}
