// Plain JavaScript, so that the floor has nothing to compile.
const aws = require("@pulumi/aws");

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    },
  ],
});

/**
 * Declares `count` resources that services consist of, of types that rules look at. Their names begin with `prefix`, so
 * that stacks can share an account.
 */
exports.declareResources = (count, prefix = "bench") => {
  const vpc = new aws.ec2.Vpc("bench", { cidrBlock: "10.0.0.0/16" });
  const execution = new aws.iam.Role("bench-execution", { assumeRolePolicy });
  const declarations = [
    (name) => new aws.cloudwatch.LogGroup(name, { name, retentionInDays: 30 }),
    (name) =>
      new aws.ecs.Cluster(name, {
        name,
        settings: [{ name: "containerInsights", value: "enabled" }],
      }),
    (name) => new aws.ec2.SecurityGroup(name, { name, description: name, vpcId: vpc.id }),
    (name) => new aws.iam.Role(name, { name, assumeRolePolicy }),
    (name) =>
      new aws.ecs.TaskDefinition(name, {
        family: name,
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        executionRoleArn: execution.arn,
        containerDefinitions: JSON.stringify([
          {
            name: "nginx",
            image: "nginx:1.30.6",
            portMappings: [{ containerPort: 80, hostPort: 80 }],
            logConfiguration: {
              logDriver: "awslogs",
              options: {
                "awslogs-group": name,
                "awslogs-region": "ap-northeast-1",
                "awslogs-stream-prefix": name,
              },
            },
          },
        ]),
      }),
  ];
  for (let i = 2; i < count; i += 1) declarations[i % declarations.length](`${prefix}-${i}`);
};
