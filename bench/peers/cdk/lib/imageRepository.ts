import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as ecr from "aws-cdk-lib/aws-ecr";
import type { Construct } from "constructs";

/** An ECR repository that scans what is pushed and keeps the latest 30 images. */
export function imageRepository(scope: Construct, image: string): ecr.Repository {
  return new ecr.Repository(scope, `${image}-repository`, {
    repositoryName: `ecs-handson-dev/${image}`,
    imageScanOnPush: true,
    imageTagMutability: ecr.TagMutability.IMMUTABLE,
    emptyOnDelete: true,
    removalPolicy: RemovalPolicy.DESTROY,
    lifecycleRules: [
      { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
      { tagStatus: ecr.TagStatus.ANY, maxImageCount: 30 },
    ],
  });
}
