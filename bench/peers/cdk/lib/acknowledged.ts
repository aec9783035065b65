import { type Stack, Validations } from "aws-cdk-lib";

/** By reason: findings on what the tutorials' architecture has on purpose, or on permissions that CDK itself grants. */
const findings: Record<string, string[]> = {
  "The hands-on keeps to what the tutorials have": ["AS3", "ELB2", "S1", "SMG4", "VPC7"],
  "No variable of the tasks is secret; those that are come from Secrets Manager": ["ECS2"],
  "Only the VPC comes in, whose block is not known before the deployment": ["EC23"],
  "AWS's own policies for instances of a cluster": [
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]",
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role]",
  ],
  "What CDK's constructs grant by themselves": [
    "IAM5[Action::ecs:Submit*]",
    "IAM5[Action::kms:GenerateDataKey*]",
    "IAM5[Action::kms:ReEncrypt*]",
    "IAM5[Action::s3:Abort*]",
    "IAM5[Action::s3:DeleteObject*]",
    "IAM5[Action::s3:GetBucket*]",
    "IAM5[Action::s3:GetObject*]",
    "IAM5[Action::s3:List*]",
    "IAM5[Resource::*]",
    "IAM5[Resource::<artifacts7424475B.Arn>/*]",
    "IAM5[Resource::arn:<AWS::Partition>:codebuild:ap-northeast-1:123456789012:report-group/<buildB0080CFE>-*]",
    "IAM5[Resource::arn:<AWS::Partition>:logs:ap-northeast-1:123456789012:log-group:/aws/codebuild/<buildB0080CFE>:*]",
  ],
};

/** Acknowledges every finding of cdk-nag, since otherwise a synth fails. */
export function acknowledgeFindings(stack: Stack): void {
  for (const [reason, rules] of Object.entries(findings)) {
    for (const rule of rules) {
      Validations.of(stack).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
    }
  }
}
