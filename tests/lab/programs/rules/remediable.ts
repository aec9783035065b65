import * as aws from "@pulumi/aws";

/** Declares the resources that the pack remediates, each without what the pack adds. */
export function declareRemediable(): void {
  new aws.ecs.Cluster("plain", { name: "plain" });
  new aws.ecr.Repository("plain", { name: "plain" });
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const zones = ["ap-northeast-1a", "ap-northeast-1c"].map(
    (availabilityZone, i) =>
      new aws.ec2.Subnet(`net-${i}`, {
        vpcId: vpc.id,
        availabilityZone,
        cidrBlock: `10.0.${i}.0/24`,
      }).id,
  );
  const group = new aws.ec2.SecurityGroup("plain", { vpcId: vpc.id });
  new aws.lb.LoadBalancer("plain", {
    name: "plain",
    internal: true,
    subnets: zones,
    securityGroups: [group.id],
  });
}
