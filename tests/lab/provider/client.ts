import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

import type { Properties } from "../../../lab/account/resourceType";

const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A value as the engine marks it secret. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value };
}

export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && SIGNATURE in value;
}

export function urnOf(type: string, name = "it"): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** The engine's side of one connection, in plain objects. */
export class Engine {
  private readonly client: ResourceProviderClient;

  constructor(port: number) {
    // Channels are shared in a process unless told otherwise; the engine has one for each provider.
    this.client = new ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      { "grpc.use_local_subchannel_pool": 1 },
    );
  }

  close(): void {
    this.client.close();
  }

  async configure(args: Properties): Promise<void> {
    await this.call<proto.ProviderHandshakeResponse>((done) =>
      this.client.handshake(new proto.ProviderHandshakeRequest(), done),
    );
    const request = new proto.ConfigureRequest();
    request.setArgs(struct(args));
    request.setType("pulumi:providers:aws");
    await this.call<proto.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async checkConfig(args: Properties): Promise<Record<string, string>> {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf("pulumi:providers:aws"));
    request.setNews(struct(args));
    return failures(
      await this.call<proto.CheckResponse>((done) => this.client.checkConfig(request, done)),
    );
  }

  async check(
    type: string,
    news: Properties,
    olds?: Properties,
    seed = "seed",
    name = "it",
  ): Promise<{ inputs: Properties; failures: Record<string, string> }> {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf(type, name));
    request.setNews(struct(news));
    if (olds) request.setOlds(struct(olds));
    request.setRandomseed(Buffer.from(seed));
    const response = await this.call<proto.CheckResponse>((done) =>
      this.client.check(request, done),
    );
    return { inputs: plain(response.getInputs()), failures: failures(response) };
  }

  async diff(
    type: string,
    oldInputs: Properties,
    news: Properties,
    ignored: string[] = [],
    state: Properties = oldInputs,
  ): Promise<{
    changes: boolean;
    replaces: string[];
    detailed: string[];
    deleteBeforeReplace: boolean;
  }> {
    const request = new proto.DiffRequest();
    request.setUrn(urnOf(type));
    request.setOldInputs(struct(oldInputs));
    request.setOlds(struct(state));
    request.setNews(struct(news));
    request.setIgnorechangesList(ignored);
    const response = await this.call<proto.DiffResponse>((done) => this.client.diff(request, done));
    return {
      changes: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      detailed: (response.getDetaileddiffMap().toArray() as [string, unknown][]).map(
        ([key]) => key,
      ),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(
    type: string,
    inputs: Properties,
    preview = false,
    timeoutS = 0,
  ): Promise<{ id: string; properties: Properties }> {
    const request = new proto.CreateRequest();
    request.setUrn(urnOf(type));
    request.setProperties(struct(inputs));
    request.setPreview(preview);
    request.setTimeout(timeoutS);
    const response = await this.call<proto.CreateResponse>((done) =>
      this.client.create(request, done),
    );
    return { id: response.getId(), properties: plain(response.getProperties()) };
  }

  async update(
    type: string,
    id: string,
    oldInputs: Properties,
    news: Properties,
    state: Properties = oldInputs,
    ignored: string[] = [],
  ): Promise<Properties> {
    const request = new proto.UpdateRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    request.setOldInputs(struct(oldInputs));
    request.setOlds(struct(state));
    request.setNews(struct(news));
    request.setIgnorechangesList(ignored);
    return this.sendUpdate(request);
  }

  async previewUpdate(
    type: string,
    id: string,
    olds: { inputs: Properties; outputs: Properties },
    news: Properties,
  ): Promise<Properties> {
    const request = new proto.UpdateRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    request.setOldInputs(struct(olds.inputs));
    request.setOlds(struct(olds.outputs));
    request.setNews(struct(news));
    request.setPreview(true);
    return this.sendUpdate(request);
  }

  async read(
    type: string,
    id: string,
    inputs?: Properties,
  ): Promise<{ id: string; properties: Properties; inputs: Properties }> {
    const request = new proto.ReadRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    if (inputs) request.setInputs(struct(inputs));
    const response = await this.call<proto.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: response.getId(),
      properties: plain(response.getProperties()),
      inputs: plain(response.getInputs()),
    };
  }

  async delete(type: string, id: string): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    await this.call<Empty>((done) => this.client.delete(request, done));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new proto.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    return plain(
      (
        await this.call<proto.InvokeResponse>((done) => this.client.invoke(request, done))
      ).getReturn(),
    );
  }

  async cancel(): Promise<void> {
    await this.call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  private async sendUpdate(request: proto.UpdateRequest): Promise<Properties> {
    const response = await this.call<proto.UpdateResponse>((done) =>
      this.client.update(request, done),
    );
    return plain(response.getProperties());
  }

  private call<Response>(
    send: (done: Callback<Response>) => grpc.ClientUnaryCall,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error) reject(Object.assign(new Error(error.details), { metadata: error.metadata }));
        else resolve(response);
      });
    });
  }
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

function plain(value: Struct | undefined): Properties {
  return value?.toJavaScript() ?? {};
}

function failures(response: proto.CheckResponse): Record<string, string> {
  return Object.fromEntries(
    response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()]),
  );
}
