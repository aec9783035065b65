/** What an update does to a part of the picture. */
export type Mark = "added" | "changed" | "removed";

/** One line of text in a box. */
export interface Line {
  /** Identifies the line in its box, e.g. `image` or the URN of a listener rule. */
  key: string;
  text: string;
  mark?: Mark;
}

/**
 * How a box looks:
 * - `frame`: around other boxes (region, VPC, cluster);
 * - `zone`, `subnet`: an availability zone with its subnets, in a grid at the bottom of the VPC;
 * - `card`: a resource with lines of text;
 * - `outside`: something outside the stack, e.g. the internet.
 */
export type Shape = "frame" | "zone" | "subnet" | "card" | "outside";

/** What a box is, for those who draw it in another way: nothing that can only be read is to be read out of its texts. */
export type Facts =
  | { readonly what: "VPC"; readonly block: string }
  | {
      readonly what: "subnet";
      /** Where its default route leads: to an internet gateway, to a NAT gateway, or nowhere. */
      readonly access: "public" | "private" | "isolated";
      readonly block: string;
      /** Whether a NAT gateway stands in it. */
      readonly hasNat: boolean;
    }
  | { readonly what: "internet gateway" }
  | { readonly what: "load balancer"; readonly listeners: readonly Listener[] }
  /** `tasks`: how many it keeps. */
  | { readonly what: "service"; readonly tasks: number };

/** Where a load balancer takes requests, e.g. `HTTP` on 80. */
export interface Listener {
  readonly protocol: string;
  readonly port: number;
}

/** A box of the picture. */
export interface Box {
  /** URN of the resource, or a word if it is not a resource, e.g. `internet`. */
  key: string;
  shape: Shape;
  /** What it is, e.g. `ECS service`. */
  kind: string;
  title: string;
  lines: Line[];
  /** Key of the box around it; absent for the outermost. */
  parent?: string;
  /** URNs of all resources that the box represents. */
  urns: string[];
  facts?: Facts;
  /** Who made it. @default the program */
  maker?: "ECS";
  mark?: Mark;
}

/**
 * What an arrow means:
 * - `reach`: may open connections, as security groups allow; the label has the ports;
 * - `refused`: should be able to connect, but a security group prevents it;
 * - `forward`: a load balancer's listener or rule sends requests there;
 * - `use`: everything else, e.g. pulls an image from.
 */
export type ArrowKind = "reach" | "refused" | "forward" | "use";

/** An arrow from box to box. */
export interface Arrow {
  kind: ArrowKind;
  /** Key of a box. */
  from: string;
  /** Key of a box. */
  to: string;
  label: string;
  mark?: Mark;
}

/** What a stack looks like: the picture before layout. */
export interface Architecture {
  project: string;
  stack: string;
  /** Parents come before their children; otherwise sorted by key. */
  boxes: Box[];
  arrows: Arrow[];
  /** Types of resources that the picture does not know, with their number. */
  unknownTypes: Map<string, number>;
}
