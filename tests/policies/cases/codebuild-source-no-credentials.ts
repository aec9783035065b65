import rule from "../../../policies/rules/codebuild-source-no-credentials";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const type = "aws:codebuild/project:Project";
const source = (location: unknown): TestResource[] => [{ type, props: { source: { location } } }];
const token = "x7Jq2LmN9vRt4KsW8yBz3CdF6g";

export default {
  rule,
  pass: {
    "no source": [{ type, props: {} }],
    "a URL": source("https://github.com/owner/site.git"),
    "a URL with a user": source("https://alice-from-the-web-team@bitbucket.org/owner/site.git"),
    "a bucket": source("arn:aws:s3:::bucket/source.zip"),
    "a number": source(1),
  },
  fail: {
    "a user and a password": [
      /location of a source contains a credential/,
      source("https://alice:hunter2@bitbucket.org/owner/site.git"),
    ],
    "a token in place of a user": [/credential/, source(`https://${token}@github.com/o/s.git`)],
    "a secondary source": [
      /credential/,
      [{ type, props: { secondarySources: [{ location: "https://a:b@github.com/o/s" }] } }],
    ],
  },
  unknown: {
    "the location": source(unknown),
    "the source": [{ type, props: { source: unknown } }],
  },
  other: {
    type: "aws:codebuild/webhook:Webhook",
    props: { source: { location: "https://a:b@github.com/o/s" } },
  },
} satisfies Cases;
