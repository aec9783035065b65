import { type Answers, type AskedResource, evaluate, evaluateProgram } from "../program/mocks";
import { accountStates, arnOf, idOfResource } from "./arns";
import {
  isAllowed,
  list,
  matches,
  type PolicyDocument,
  type PolicyStatement,
  type Request,
} from "./evaluator";

/** A role as it is deployed. */
export interface Role {
  /** Its name in Pulumi. */
  name: string;
  arn: string;
  trust: PolicyDocument;
  policies: PolicyDocument[];
}

/** One call of the table, and the document that says that it is made. */
export interface Call extends Request {
  source: string;
}

/** What exists after an update. */
export class Deployed {
  constructor(readonly resources: readonly AskedResource[]) {}

  /**
   * The program with these settings, as it is deployed in a stack.
   * @param answers what exists in the account. @default nothing
   */
  static async program(
    settings: Record<string, string>,
    stack = "dev",
    answers?: Answers,
  ): Promise<Deployed> {
    const { resources } = await evaluateProgram(settings, stack, answers, accountStates);
    return new Deployed(resources);
  }

  /** What a piece of code declares. */
  static async code(declare: () => object): Promise<Deployed> {
    const { resources } = await evaluate(declare, { states: accountStates });
    return new Deployed(resources);
  }

  all(type: string): AskedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The only resource of a type, or the one with this name among them. */
  only(type: string, name?: string): AskedResource {
    const [found, ...others] = this.all(type).filter(
      (one) => name === undefined || one.name === name,
    );
    if (!found || others.length > 0) throw new Error(`there is not one ${type} ${name ?? ""}`);
    return found;
  }

  /** The resource of a type that others refer to by this id. */
  withId(type: string, id: unknown): AskedResource {
    const found = this.all(type).find((one) => idOfResource(one) === id);
    if (!found) throw new Error(`there is no ${type} ${String(id)}`);
    return found;
  }

  arn(type: string, name?: string): string {
    const found = arnOf(this.only(type, name));
    if (found === undefined) throw new Error(`${type} has no ARN here`);
    return found;
  }

  get roles(): Role[] {
    return this.all("aws:iam/role:Role").map((role) => ({
      name: role.name,
      arn: arnOf(role) ?? "",
      trust: parse(role.inputs.assumeRolePolicy),
      policies: [...this.inline(role), ...this.attached(role)],
    }));
  }

  private inline(role: AskedResource): PolicyDocument[] {
    return this.all("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => inputs.role === idOfResource(role))
      .map(({ inputs }) => parse(inputs.policy));
  }

  /**
   * The stack's own policies. AWS's have permissions that nothing here needs, so none may be attached, except those whose
   * purpose only AWS knows.
   */
  private attached({ inputs: { name } }: AskedResource): PolicyDocument[] {
    return this.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(
        ({ inputs }) => inputs.role === name && !infrastructure.includes(String(inputs.policyArn)),
      )
      .map(({ inputs: { policyArn } }) => {
        const policy = this.all("aws:iam/policy:Policy").find((one) => arnOf(one) === policyArn);
        if (!policy) throw new Error(`${String(policyArn)} is not one of the stack's own policies`);
        return parse(policy.inputs.policy);
      });
  }
}

/**
 * Policies of the roles with which ECS creates resources of its own: AWS limits them to what ECS has tagged, and extends
 * them as ECS does more.
 */
const infrastructure = [
  "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances",
  "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices",
];

const parse = (text: unknown) => JSON.parse(String(text)) as PolicyDocument;

export const describeCall = ({ action, resource, context = {} }: Request) =>
  [
    action,
    resource,
    ...Object.entries(context).map(([key, value]) => `${key}=${String(value)}`),
  ].join(" ");

/** Calls that the policies do not allow. */
export const denied = (policies: readonly PolicyDocument[], calls: readonly Request[]) =>
  calls.filter((call) => !isAllowed(policies, call)).map(describeCall);

/**
 * Permissions that no call needs: each action on each resource of each statement that can be removed without any of the
 * calls being denied.
 */
export function needless(policies: readonly PolicyDocument[], calls: readonly Request[]): string[] {
  const statements = policies.flatMap(({ Statement }) => Statement);
  return statements.flatMap((statement, index) =>
    list(statement.Action).flatMap((action) => {
      const concerned = calls.filter((call) => matches(action, call.action));
      const others = statements.filter(
        (one, i) =>
          i !== index &&
          list(one.Action).some((other) => concerned.some((call) => matches(other, call.action))),
      );
      const deniedBy = (Statement: PolicyStatement[]) =>
        denied([{ Version: "2012-10-17", Statement }], concerned).length;
      const before = deniedBy([...others, statement]);
      return list(statement.Resource)
        .filter(
          (resource) => deniedBy([...others, ...without(statement, action, resource)]) === before,
        )
        .map((resource) => `${action} ${resource}`);
    }),
  );
}

/**
 * Values of conditions that no call needs: each of several that can be removed without any of the calls being denied.
 * A single value is the condition itself: without it, more would be allowed, and nothing denied.
 */
export function needlessValues(
  policies: readonly PolicyDocument[],
  calls: readonly Request[],
): string[] {
  const statements = policies.flatMap(({ Statement }) => Statement);
  return statements.flatMap((statement, index) => {
    const values = conditionValues(statement);
    if (values.length === 0) return [];
    const isConcerned = ({ action }: Request) =>
      list(statement.Action).some((allowed) => matches(allowed, action));
    const concerned = calls.filter(isConcerned);
    const deniedBy = (Condition: PolicyStatement["Condition"]) => {
      const Statement = statements.with(index, { ...statement, Condition });
      return denied([{ Version: "2012-10-17", Statement }], concerned).length;
    };
    const before = deniedBy(statement.Condition);
    return values
      .filter(({ less }) => deniedBy(less) === before)
      .map(({ key, value }) => `${list(statement.Action).join()} if ${key} is ${value}`);
  });
}

/** Each value of a condition that has several, and the conditions without it. */
function conditionValues({ Condition = {} }: PolicyStatement) {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) =>
      list(values)
        .filter(() => list(values).length > 1)
        .map((value) => ({
          key,
          value,
          less: {
            ...Condition,
            [operator]: { ...keys, [key]: list(values).filter((one) => one !== value) },
          },
        })),
    ),
  );
}

/** The statement without one action on one resource: it is split around it. */
function without(statement: PolicyStatement, action: string, resource: string): PolicyStatement[] {
  const less = (values: PolicyStatement["Resource"], value: string) =>
    list(values).filter((one) => one !== value);
  return [
    { ...statement, Action: less(statement.Action, action) },
    { ...statement, Action: action, Resource: less(statement.Resource, resource) },
  ];
}
