import * as aws from "@pulumi/aws";
import * as ecr from "@pulumi/awsx/ecr";
import * as pulumi from "@pulumi/pulumi";

import { imagePlatforms, imagePushCommand, imageRepositoryName } from "../shared/images";
import { type ImageSource, imageSourceProblem } from "../shared/imageSource";
import { about, rejectProblems } from "../shared/problems";
import { type Transform, transformed } from "../shared/transform";

/** What an image repository takes in any language. */
export interface ImageRepositoryInputs {
  /**
   * Region of the repository, for the command that pushes to it, e.g. `ap-northeast-1`.
   * @throws only from AWS, during the update
   */
  region: string;
  /**
   * Name of the repository in two parts, `<namespace>/<image>`; the stack is added to the
   * namespace, so that the image keeps its own name: `ecs-handson-dev/nginx`.
   * @default "ecs-handson/nginx"
   * @throws if it does not have two such parts, or is longer than 64 characters
   */
  name?: string;
  /**
   * Folder with the image's Dockerfile, for the command that builds and pushes it.
   * @default the last part of the name, e.g. `nginx`
   * @throws never; Docker reports if it is missing
   */
  folder?: string;
}

/** Overrides for the arguments of each resource that an image repository consists of. */
export interface ImageRepositoryTransform {
  repository?: Transform<aws.ecr.RepositoryArgs>;
  lifecyclePolicy?: Transform<aws.ecr.LifecyclePolicyArgs>;
  /** An image that the program builds. */
  image?: Transform<ecr.ImageArgs>;
}

export interface ImageRepositoryArgs extends ImageRepositoryInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: ImageRepositoryTransform;
}

export interface ImageArgs {
  /** Which image to start from. */
  source: ImageSource;
  /** The image for `public`, with a tag or digest; without one, `public` cannot be chosen. */
  publicImage?: string;
  /** Folder with the Dockerfile for `build`, from the program's folder, e.g. `./nginx`. */
  context: string;
  /** Processor that the image must be built for; on another, its container ends with `exec format error`. */
  cpuArchitecture: "X86_64" | "ARM64";
}

/**
 * The second tutorial's ECR repository: private, encrypted, with a scan of each pushed image and immutable tags. Old
 * images are deleted automatically, and all of them with the stack.
 *
 * Source: the second tutorial, "ECRへリポジトリをつくってみる"; Amazon ECR user guide, "Image tag mutability",
 * "Lifecycle policies" and "Image scanning".
 *
 * @throws pulumi.ResourceError if the name is invalid.
 */
export class ImageRepository extends pulumi.ComponentResource {
  /** Address to push to and pull from, with no tag. */
  readonly repositoryUrl: pulumi.Output<string>;
  /** ARN of the repository, for permissions to pull. */
  readonly arn: pulumi.Output<string>;
  /** Physical name of the repository. */
  readonly repositoryName: pulumi.Output<string>;
  /**
   * Tag of images that the program builds. It moves with each build; task definitions use the digest. It contains the
   * image's name, as awsx names a child resource after it.
   */
  private readonly builtTag: string;
  /** The image that the program builds, once for all services that run it. */
  private built?: ImageArgs & { readonly uri: pulumi.Output<string> };

  constructor(
    private readonly name: string,
    private readonly args: ImageRepositoryArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs-handson:ecr:ImageRepository", name, {}, opts);
    const { wanted, image } = partsOf(args);
    rejectProblems(this, [repositoryNameProblem(wanted)]);
    this.builtTag = `${image}-build`;

    // #region repository
    const repository = new aws.ecr.Repository(
      `${name}-repository`,
      transformed(
        `${name}-repository`,
        {
          name: imageRepositoryName(wanted, pulumi.getStack()),
          imageScanningConfiguration: { scanOnPush: true },
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: [{ filter: this.builtTag, filterType: "WILDCARD" }],
          encryptionConfigurations: [{ encryptionType: "AES256" }],
          forceDelete: true,
        },
        args.transform?.repository,
      ),
      { parent: this },
    );
    // #endregion
    new aws.ecr.LifecyclePolicy(
      `${name}-lifecycle`,
      transformed(
        `${name}-lifecycle`,
        { repository: repository.name, policy: JSON.stringify(lifecycle) },
        args.transform?.lifecyclePolicy,
      ),
      { parent: this },
    );

    this.repositoryUrl = repository.repositoryUrl;
    this.arn = repository.arn;
    this.repositoryName = repository.name;
    this.registerOutputs({ repositoryUrl: this.repositoryUrl });
  }

  /**
   * Command line that builds the image from its folder and pushes it as tag 1: the second tutorial's steps 2 to 4.
   *
   * @param cpuArchitecture processor that the image is built for, on whichever machine the command runs.
   */
  pushCommand(cpuArchitecture: ImageArgs["cpuArchitecture"]): pulumi.Output<string> {
    const { region, folder = partsOf(this.args).image } = this.args;
    return this.repositoryUrl.apply((url) =>
      imagePushCommand({ url, tag: "1", folder, region, cpuArchitecture }),
    );
  }

  /**
   * The image that a service starts from. A public one is known at preview, and so is a tag once the repository exists;
   * a build's digest is known only after the build. Services that ask for the same build get the same image.
   *
   * @throws pulumi.ResourceError if it is already built from another folder or for another processor.
   */
  image(args: ImageArgs): pulumi.Input<string> {
    const { source, publicImage } = args;
    rejectProblems(this, [about("source", imageSourceProblem(source))]);
    switch (source) {
      case "public":
        if (publicImage !== undefined) return publicImage;
        throw new pulumi.ResourceError(
          "source public: there is no public image; give publicImage or choose build or a tag",
          this,
          true,
        );
      case "build":
        return this.build(args);
      default:
        return pulumi.interpolate`${this.repositoryUrl}:${source}`;
    }
  }

  private build(args: ImageArgs): pulumi.Output<string> {
    const { context, cpuArchitecture } = args;
    rejectProblems(this, [this.built && otherBuildProblem(this.built, args)]);
    this.built ??= { ...args, uri: this.imageBuilt(context, cpuArchitecture) };
    return this.built.uri;
  }

  private imageBuilt(context: string, cpuArchitecture: ImageArgs["cpuArchitecture"]) {
    // #region image
    return new ecr.Image(
      `${this.name}-image`,
      transformed<ecr.ImageArgs>(
        `${this.name}-image`,
        {
          repositoryUrl: this.repositoryUrl,
          context,
          dockerfile: `${context}/Dockerfile`,
          imageTag: this.builtTag,
          platform: imagePlatforms[cpuArchitecture],
        },
        this.args.transform?.image,
      ),
      { parent: this },
    ).imageUri;
    // #endregion
  }
}

/** Reports that an image differs from the one that is already built, or nothing if they are the same. */
function otherBuildProblem(built: ImageArgs, wanted: ImageArgs): string | undefined {
  const words = ({ context, cpuArchitecture }: ImageArgs) => `${context} for ${cpuArchitecture}`;
  return words(built) === words(wanted)
    ? undefined
    : `source build: the image is already built from ${words(built)}, and cannot also be built from ${words(wanted)}; ` +
        "run all its services on one processor, or give each its own repository";
}

function partsOf({ name: wanted = "ecs-handson/nginx" }: ImageRepositoryArgs) {
  const [, image = ""] = wanted.split("/");
  return { wanted, image };
}

/** Untagged images are kept for a while: a service may have to roll back to one. */
const lifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: "Untagged images are deleted after 14 days",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 14,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "The latest 30 images are kept",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
      action: { type: "expire" },
    },
  ],
};

/** Says what is wrong with a repository's name, or nothing if it may be used. */
function repositoryNameProblem(name: string): string | undefined {
  const part = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
  return new RegExp(`^${part}/${part}$`).test(name) && name.length <= 64
    ? undefined
    : `name "${name}" must be <namespace>/<image> of lower-case letters, digits and hyphens, at most 64 characters`;
}
