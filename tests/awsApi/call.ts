import { type Names, toMembers } from "./members";
import { ServiceModel } from "./models";
import { isObject, problems } from "./validation";

/** A call of AWS's API. */
export interface ApiCall {
  /** The service by its name in the AWS CLI. */
  service: string;
  operation: string;
  /** The request, with the resource's names of the members. */
  input: Record<string, unknown>;
  /** Members that the resource has under other names. */
  names: Names;
}

/**
 * A call of AWS's API.
 * @param operation with its service: `ecs:CreateCluster`.
 * @param names members that the resource has under other names, at any depth.
 */
export function call(
  operation: `${string}:${string}`,
  input: Record<string, unknown>,
  names: Names = {},
): ApiCall {
  const [service = "", name = ""] = operation.split(":");
  return { service, operation: name, input, names };
}

/**
 * What AWS's model does not accept in a call.
 * @param tags of the resource, which are added if the operation takes tags and the call has none.
 */
export function callProblems(
  { service, operation, input, names }: ApiCall,
  tags: Record<string, string> = {},
): string[] {
  const path = `${service}:${operation}`;
  const model = ServiceModel.of(service);
  const shape = model.request(operation);
  const hasTags = (of: object) => Object.keys(of).some((name) => /^tags$/i.test(name));
  const isTagged =
    hasTags(model.shape(shape).members ?? {}) && !hasTags(input) && Object.keys(tags).length > 0;
  const tagged = isTagged ? { ...input, tags } : input;
  try {
    const request = toMembers(model, shape, tagged, names, path);
    return isObject(request) ? problems(model, shape, request, path) : [`${path}: no request`];
  } catch (error) {
    return [(error as Error).message];
  }
}
