import * as aws from "@pulumi/aws";

export interface Stack {
  vpc: aws.ec2.Vpc;
  group: aws.ec2.SecurityGroup;
}

/** A VPC, a service in it and the service's security group, to be broken in one place each time. */
export function declareService(
  changes: {
    group?: Partial<aws.ec2.SecurityGroupArgs>;
    task?: Partial<aws.ecs.TaskDefinitionArgs>;
  } = {},
): Stack {
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const subnet = new aws.ec2.Subnet("net", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  const group = new aws.ec2.SecurityGroup("ecs", { vpcId: vpc.id, ...changes.group });
  const role = new aws.iam.Role("execution", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
        },
      ],
    }),
  });
  const task = new aws.ecs.TaskDefinition("task", {
    family: "handson",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    executionRoleArn: role.arn,
    containerDefinitions: JSON.stringify([
      {
        name: "nginx",
        image: "nginx:1.30.6",
        portMappings: [{ containerPort: 80, hostPort: 80 }],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "x",
            "awslogs-region": "ap-northeast-1",
            "awslogs-stream-prefix": "x",
          },
        },
      },
    ]),
    ...changes.task,
  });
  const cluster = new aws.ecs.Cluster("cluster", { name: "handson" });
  new aws.ecs.Service("service", {
    cluster: cluster.arn,
    taskDefinition: task.arn,
    launchType: "FARGATE",
    desiredCount: 1,
    networkConfiguration: { subnets: [subnet.id], securityGroups: [group.id] },
  });
  return { vpc, group };
}
