import * as path from "node:path";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ImageRepository } from "ecs-handson-components";

// What a company shares among all of its programs, and the images of one of them.
const region = "ap-northeast-1";

function build(name: string): pulumi.Output<string> {
  const repository = new ImageRepository(name, { name: `shop/${name}`, region });
  const context = path.join(__dirname, name);
  return pulumi.output(repository.image({ source: "build", context, cpuArchitecture: "X86_64" }));
}

function logs(name: string, service: string): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket(name, { forceDestroy: true });
  new aws.s3.BucketPolicy(name, {
    bucket: bucket.bucket,
    policy: bucket.arn.apply((arn) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: service },
            Action: "s3:PutObject",
            Resource: `${arn}/*`,
          },
        ],
      }),
    ),
  });
  return bucket;
}

const webAcl = new aws.wafv2.WebAcl("edge", {
  scope: "REGIONAL",
  defaultAction: { allow: {} },
  visibilityConfig: {
    cloudwatchMetricsEnabled: true,
    metricName: "edge",
    sampledRequestsEnabled: true,
  },
});

export const image = build("app");
export const phpImage = build("php");
export const nginxImage = build("nginx");
export const hostedZoneId = aws.route53.getZoneOutput({ name: "example.com" }).zoneId;
export const accessLogs = logs("requests", "logdelivery.elasticloadbalancing.amazonaws.com").bucket;
export const flowLogs = logs("flows", "delivery.logs.amazonaws.com").arn;
export const webAclArn = webAcl.arn;
