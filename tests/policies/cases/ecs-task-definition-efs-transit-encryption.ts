import rule from "../../../policies/rules/ecs-task-definition-efs-transit-encryption";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const efs = (configuration: unknown) => [
  taskDefinition({
    volumes: [{ name: "scratch" }, { name: "data", efsVolumeConfiguration: configuration }],
  }),
];

export default {
  rule,
  pass: {
    "no volumes": [taskDefinition()],
    encryption: efs({ transitEncryption: "ENABLED" }),
  },
  fail: {
    "encryption turned off": [/volume data/, efs({ transitEncryption: "DISABLED" })],
    "encryption left to the default, which is off": [/volume data/, efs({ fileSystemId: "fs-1" })],
    "a second volume": [
      /volume two/,
      [
        taskDefinition({
          volumes: [
            { name: "one", efsVolumeConfiguration: { transitEncryption: "ENABLED" } },
            { name: "two", efsVolumeConfiguration: { fileSystemId: "fs-1" } },
          ],
        }),
      ],
    ],
  },
  unknown: {
    "the encryption": efs({ transitEncryption: unknown }),
    "the EFS configuration": efs(unknown),
    "the volumes": [taskDefinition({ volumes: unknown })],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Cases;
