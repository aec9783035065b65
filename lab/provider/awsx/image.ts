import { createHash } from "node:crypto";

import * as aws from "@pulumi/aws";
import type { ecr } from "@pulumi/awsx";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { parseArgs } from "./args";

const inputText = z.custom<pulumi.Input<string>>(
  (value) => typeof value === "string" || pulumi.Output.isInstance(value),
  "must be a text",
);

/** The supported part of `awsx.ecr.ImageArgs`; any other argument is an error that names it. */
const imageArgs = z.strictObject({
  context: inputText.default("."),
  dockerfile: inputText.optional(),
  imageName: inputText.optional(),
  imageTag: inputText.optional(),
  platform: inputText.optional(),
  registryId: inputText.optional(),
  repositoryUrl: inputText,
} satisfies Partial<Record<keyof ecr.ImageArgs, z.ZodType>>);

type ImageArgs = z.output<typeof imageArgs>;

/**
 * Stands in for the component `awsx.ecr.Image`: the same child under the same name, and the same
 * output (pulumi-awsx, "Image"). As there, the child is missing in a preview that does not know the
 * repository yet.
 */
export class Image extends pulumi.ComponentResource {
  /** Address of the image in its repository, by digest: `<repositoryUrl>@sha256:…`. */
  readonly imageUri: pulumi.Output<string>;

  /**
   * @param inputs The program's inputs, unchecked.
   * @throws Error listing everything that is invalid or not supported, before anything is created.
   */
  static create(
    name: string,
    inputs: Record<string, unknown>,
    opts: pulumi.ComponentResourceOptions,
  ): Image {
    return new Image(name, parseArgs("awsx.ecr.Image", imageArgs, inputs), opts);
  }

  private constructor(name: string, args: ImageArgs, opts: pulumi.ComponentResourceOptions) {
    super("awsx:ecr:Image", name, {}, opts);
    const known = pulumi.output(args);
    this.imageUri = known.apply((values) => {
      const image = this.createImage(imageNameOf(values), known);
      return pulumi.interpolate`${args.repositoryUrl}@${image.digest}`;
    });
    this.registerOutputs(this.outputs());
  }

  /** The component's outputs, as `awsx.ecr.Image` has them. */
  outputs(): pulumi.Inputs & Record<"imageUri", unknown> {
    return { imageUri: this.imageUri };
  }

  /** Takes the arguments as an output, so that the image depends on the resources they come from. */
  private createImage(
    imageName: string,
    args: pulumi.Output<pulumi.Unwrap<ImageArgs>>,
  ): dockerBuild.Image {
    const tag = args.apply(({ repositoryUrl }) => `${repositoryUrl}:${imageName}`);
    return new dockerBuild.Image(
      imageName,
      {
        tags: [tag],
        cacheFrom: [{ registry: { ref: tag } }],
        cacheTo: [{ inline: {} }],
        context: { location: args.context },
        dockerfile: args.apply(({ dockerfile }) =>
          dockerfile === undefined ? {} : { location: dockerfile },
        ),
        platforms: args.apply(({ platform }) =>
          platform === undefined ? [] : [platform as dockerBuild.Platform],
        ),
        push: true,
        registries: [this.login(args)],
      },
      { parent: this },
    );
  }

  private login(
    args: pulumi.Output<pulumi.Unwrap<ImageArgs>>,
  ): pulumi.Output<dockerBuild.types.input.RegistryArgs> {
    const registryId = args.apply((values) => values.registryId ?? accountOf(values.repositoryUrl));
    const token = aws.ecr.getAuthorizationTokenOutput({ registryId }, { parent: this });
    return pulumi.secret(
      token.apply(({ proxyEndpoint, userName, password }) => ({
        address: proxyEndpoint,
        username: userName,
        password,
      })),
    );
  }
}

/** `123456789012` of `123456789012.dkr.ecr.<region>.amazonaws.com/<name>`. */
function accountOf(repositoryUrl: string): string {
  return repositoryUrl.split(".")[0] ?? "";
}

/** The name awsx gives the child, which is the image's tag too. */
function imageNameOf(args: pulumi.Unwrap<ImageArgs>): string {
  const chosen = args.imageName ?? args.imageTag;
  if (chosen !== undefined) return chosen;
  const dockerfile = args.dockerfile === undefined ? "" : `;dockerfile=${args.dockerfile}`;
  const built = `${args.context}${dockerfile}${pulumi.getStack()}`;
  return `${createHash("sha1").update(built).digest("hex")}-container`;
}
