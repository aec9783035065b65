import { MemoryAccount } from "./memoryAccount";

const NAMESPACE = "arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/ns-1";
export const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:key-AbCdEf";

/** An account with a namespace, whose services are Node.js programs. */
export class NodeAccount extends MemoryAccount {
  constructor() {
    super();
    this.put("aws:servicediscovery/httpNamespace:HttpNamespace", "ns-1", {
      arn: NAMESPACE,
      name: "shop",
    });
  }

  /** @param connect its part in the namespace: a server has a name there, a client only uses such names */
  nodeService(
    name: string,
    connect: "server" | "client" | "none",
    container: Record<string, unknown> = {},
    outputs: Record<string, unknown> = {},
  ): string {
    const taskDefinition = this.taskDefinition(name, {
      name,
      image: "greeter",
      portMappings: [{ name, appProtocol: "http", containerPort: 8080 }],
      environment: [{ name: "NAME", value: name }],
      ...container,
    });
    const services = [{ portName: name, clientAlias: [{ dnsName: name, port: 8080 }] }];
    return this.service(name, {
      taskDefinition,
      ...(connect === "none"
        ? {}
        : {
            serviceConnectConfiguration: {
              enabled: true,
              namespace: NAMESPACE,
              ...(connect === "server" ? { services } : {}),
            },
          }),
      ...outputs,
    });
  }

  secret(value: string): void {
    const inputs = { secretId: SECRET, secretStringWo: value };
    const computed = { secretArn: SECRET, versionId: "v1", versionStages: ["AWSCURRENT"] };
    this.put("aws:secretsmanager/secretVersion:SecretVersion", `${SECRET}|v1`, inputs, computed);
  }
}
