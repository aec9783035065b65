import * as pulumi from "@pulumi/pulumi";

/**
 * ARN pattern of the container instances of a cluster: the instances that have registered with it.
 *
 * Source: Service Authorization Reference, "Resource types defined by Amazon Elastic Container Service".
 */
export function containerInstancesOf(clusterArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi
    .output(clusterArn)
    .apply((arn) => `${arn.replace(":cluster/", ":container-instance/")}/*`);
}
