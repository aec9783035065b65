import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const group = new aws.cloudwatch.LogGroup(
  "one",
  { name: "/one", retentionInDays: 30 },
  { protect: config.requireBoolean("protect") },
);
const settings = [{ name: "containerInsights", value: "enabled" }];
new aws.ecs.Cluster("two", { name: "two", settings }, { dependsOn: group });

export = { name: group.name, password: pulumi.secret(config.require("password")) };
