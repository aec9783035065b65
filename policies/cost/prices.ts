/**
 * List prices in ap-northeast-1 (Tokyo) in USD, before tax, free tiers and traffic: approximate, for
 * estimates. Other regions cost up to a fifth less. It stands in the pack, which must have everything in
 * its own folder to be published; the program's estimate reads it from here.
 *
 * Source: AWS's pricing pages of each service (https://aws.amazon.com/fargate/pricing/, ec2/pricing/on-demand,
 * elasticloadbalancing/pricing, vpc/pricing, cloudwatch/pricing, ecr/pricing, codepipeline/pricing,
 * codebuild/pricing, secrets-manager/pricing, kms/pricing, ebs/pricing).
 */
export const prices = {
  region: "ap-northeast-1",
  /** Month in which the table was written. */
  asOf: "2026-11",
  /** AWS counts a month as this many hours. */
  hoursPerMonth: 730,
  /** An hour of one vCPU, or of one GiB of memory, of a Fargate task. */
  fargate: {
    X86_64: { vcpu: 0.05056, memory: 0.00553 },
    ARM64: { vcpu: 0.04045, memory: 0.00442 },
  },
  /** What Spot costs of the ordinary price: it changes daily; a third of it or less. */
  fargateSpotShare: 0.3,
  /** An hour of an EC2 instance, Linux, on demand. */
  instances: {
    "t3.nano": 0.0068,
    "t3.micro": 0.0136,
    "t3.small": 0.0272,
    "t3.medium": 0.0544,
    "t3.large": 0.1088,
    "t4g.nano": 0.0054,
    "t4g.micro": 0.0108,
    "t4g.small": 0.0216,
    "t4g.medium": 0.0432,
    "c5.large": 0.107,
    "m5.large": 0.124,
    "m6i.large": 0.124,
    "m6g.medium": 0.0495,
    "m7g.medium": 0.0527,
  } as Readonly<Record<string, number>>,
  /**
   * What an hour of a type costs that the list above lacks, for each time that it is as large as `large`: with
   * accelerators, with much memory or disk, and others. The dearest of common families, rounded up.
   */
  estimates: { accelerated: 1.4, special: 0.35, ordinary: 0.17 },
  /** A month of the 30 GiB gp3 volume that the ECS-optimized image starts with. */
  instanceVolume: 30 * 0.096,
  /** An hour of an Application Load Balancer, idle. */
  loadBalancer: 0.0243,
  /** An hour of a NAT gateway. */
  natGateway: 0.062,
  /** An hour of a public IPv4 address, in use or not. */
  publicIpv4: 0.005,
  /** A month of an active pipeline of type V1. */
  pipeline: 1,
  /** A month of a secret, and of a KMS key of one's own. */
  secret: 0.4,
  kmsKey: 1,
  /** What is paid by use, which an estimate of what stands there cannot know. */
  usage: {
    "load balancer capacity unit, an hour": 0.008,
    "traffic through a NAT gateway, a GB": 0.062,
    "logs taken in, a GB": 0.76,
    "logs kept, a GB and month": 0.033,
    "images kept, a GB and month": 0.1,
    "CodeBuild general1.small, a minute": 0.005,
    "CodePipeline of type V2, a minute": 0.002,
    "traffic to the internet, a GB": 0.114,
  },
} as const;
