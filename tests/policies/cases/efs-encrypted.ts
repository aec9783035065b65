import rule from "../../../policies/rules/efs-encrypted";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const fileSystem = (encrypted: unknown): TestResource[] => [
  { type: "aws:efs/fileSystem:FileSystem", props: { encrypted } },
];

export default {
  rule,
  pass: { "an encrypted file system": fileSystem(true) },
  fail: {
    "an unencrypted file system": [/encrypted is not true/, fileSystem(false)],
    "no value": [/encrypted is not true/, fileSystem(undefined)],
  },
  unknown: { "the setting": fileSystem(unknown) },
  other: { type: "aws:efs/mountTarget:MountTarget", props: { encrypted: false } },
} satisfies Cases;
