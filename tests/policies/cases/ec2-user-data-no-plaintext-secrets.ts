import { gzipSync } from "node:zlib";
import rule from "../../../policies/rules/ec2-user-data-no-plaintext-secrets";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const given = (type: string, property: string, value: unknown): TestResource[] => [
  { type, props: { [property]: value } },
];
const inBase64 = (text: string) => Buffer.from(text).toString("base64");
const gzipped = (text: string) => gzipSync(text).toString("base64");
/** Several scripts as cloud-init accepts them, each in lines of Base64. */
const inParts = (text: string) =>
  [
    'Content-Type: multipart/mixed; boundary="//"',
    "",
    "--//",
    "Content-Transfer-Encoding: base64",
    "",
    inBase64(`${"# a comment\n".repeat(9)}${text}`).replace(/.{76}/g, "$&\r\n"),
    "--//--",
  ].join("\r\n");
const harmless = "#!/bin/bash\necho ECS_CLUSTER=app >> /etc/ecs/ecs.config\n";
const harmful = "#!/bin/bash\nexport DB_PASSWORD=hunter2\n";
const found = /holds a credential in plain text/;

export default {
  rule,
  pass: {
    "no user data": [{ type: launchTemplate, props: {} }],
    "user data": given(launchTemplate, "userData", inBase64(harmless)),
    "compressed user data": given(launchTemplate, "userData", gzipped(harmless)),
    "user data in parts": given(launchTemplate, "userData", inBase64(inParts(harmless))),
    "a part that is not text": given(
      launchTemplate,
      "userData",
      "H4sIAAAAAAAAA0vOyS9NycxLL+YCAAAAAAAAAAA=",
    ),
    "plain user data": given("aws:ec2/instance:Instance", "userData", harmless),
  },
  fail: {
    "a password in Base64": [found, given(launchTemplate, "userData", inBase64(harmful))],
    "a password in compressed user data": [
      found,
      given("aws:ec2/instance:Instance", "userDataBase64", gzipped(harmful)),
    ],
    "a password in a part": [found, given(launchTemplate, "userData", inBase64(inParts(harmful)))],
    "a password in a file that cloud-init writes": [
      found,
      given(
        launchTemplate,
        "userData",
        `#cloud-config\nwrite_files:\n- encoding: gz+b64\n  content: ${gzipped(harmful)}\n`,
      ),
    ],
    "a Spot instance's password": [
      found,
      given("aws:ec2/spotInstanceRequest:SpotInstanceRequest", "userData", harmful),
    ],
    "a password in plain text": [found, given("aws:ec2/instance:Instance", "userData", harmful)],
    "a password in userDataBase64": [
      /userDataBase64 holds/,
      given("aws:ec2/instance:Instance", "userDataBase64", inBase64(harmful)),
    ],
    "a launch configuration's password": [
      found,
      given("aws:ec2/launchConfiguration:LaunchConfiguration", "userData", harmful),
    ],
    "a key that looks like Base64": [
      /an AWS access key/,
      given("aws:ec2/instance:Instance", "userData", "AKIAIOSFODNN7EXAMPLE"),
    ],
  },
  unknown: { "the user data": given(launchTemplate, "userData", unknown) },
  other: { type: "aws:ec2/fleet:Fleet", props: { userData: harmful } },
} satisfies Cases;
