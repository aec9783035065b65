import { readFileSync } from "node:fs";

import { ASSET_FILE } from "@aws-cdk/asset-awscli-v1";
import { strFromU8, unzipSync } from "fflate";

/** A shape of a model, as far as requests are checked against it. */
export interface Shape {
  type: string;
  /** Members of a structure, or what a list or a map consists of. */
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  value?: { shape: string };
  required?: string[];
  enum?: string[];
  /** Bounds of a number, of a text's characters, of a list's or a map's entries. */
  min?: number;
  max?: number;
  pattern?: string;
  /** Whether exactly one of the members must be given. */
  union?: boolean;
}

interface Model {
  shapes: Record<string, Shape>;
  operations: Record<string, { input?: { shape: string } }>;
}

/** AWS's model of the API of one service. */
export class ServiceModel {
  private constructor(
    readonly service: string,
    private readonly model: Model,
  ) {}

  /**
   * The newest model of a service, by its name in the AWS CLI.
   *
   * Source: AWS publishes the models with each of its SDKs and with the CLI; `@aws-cdk/asset-awscli-v1`, which is AWS's
   * own, contains the CLI as an npm package, so that Node.js is enough to read them.
   *
   * @throws Error if the CLI knows no such service.
   */
  static of(service: string): ServiceModel {
    return (ServiceModel.read[service] ??= new ServiceModel(service, readModel(service)));
  }

  private static readonly read: Record<string, ServiceModel> = {};

  /** @throws Error if there is none of this name. */
  shape(name: string): Shape {
    const found = this.model.shapes[name];
    if (!found) throw new Error(`${this.service} has no shape ${name}`);
    return found;
  }

  /**
   * The name of the shape that a request has.
   * @throws Error if the service has no such operation.
   */
  request(operation: string): string {
    const found = this.model.operations[operation]?.input?.shape;
    if (found === undefined) throw new Error(`${this.service} has no operation ${operation}`);
    return found;
  }
}

let cli: Uint8Array | undefined;

function readModel(service: string): Model {
  cli ??= readFileSync(ASSET_FILE);
  const file = new RegExp(`/botocore/data/${service}/[0-9-]+/service-2\\.json$`);
  const found = unzipSync(cli, { filter: ({ name }) => file.test(name) });
  const newest = Object.keys(found).sort().at(-1);
  if (newest === undefined) throw new Error(`the AWS CLI has no model of ${service}`);
  return JSON.parse(strFromU8(found[newest] ?? new Uint8Array())) as Model;
}
