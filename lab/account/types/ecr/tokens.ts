export const REPOSITORY = "aws:ecr/repository:Repository";
/** An image that no stack declares: see pushedImage.ts. */
export const PUSHED_IMAGE = "lab:ecr:Image";
export const LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
export const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";
