import type { AccountView, ResourceRecord } from "../../../account/record";
import { isMadeByExpressMode } from "../../../account/types/ecs/express/made";
import { EXPRESS_SERVICE } from "../../../account/types/ecs/tokens";
import { resourceTypes } from "../../../account/types/registry";
import { readFields, type StackResource, type StackState } from "../../diagram/state";

/**
 * A stack's state plus what ECS created for its Express services, which is in the account but not in the state. Random
 * digits in ECS's names are removed, since they mean nothing and differ between accounts.
 */
export function withMadeByEcs(state: StackState, account: Pick<AccountView, "list">): StackState {
  const own = new Set(state.resources.map(({ urn }) => urn));
  const drawn = account.list(EXPRESS_SERVICE).flatMap(drawnDigits);
  const made = resourceTypes
    .flatMap(({ token }) => account.list(token))
    .filter(isMadeByExpressMode)
    .map((record) => without(drawn, record))
    .map(({ id, inputs, outputs, type, urn }) => {
      const madeFor = urn.slice(urn.indexOf("urn:pulumi:"));
      const asked = readFields(inputs);
      return {
        // ECS creates two of a kind for the same service.
        urn: `${madeFor} ${type} ${id}`,
        type,
        name: id,
        inputs: asked,
        props: { ...readFields(outputs), ...asked, id },
        propertyDependencies: {},
        madeFor,
      } satisfies StackResource;
    })
    .filter(({ madeFor }) => own.has(madeFor));
  return { ...state, resources: [...state.resources, ...made] };
}

/**
 * The random digits in the names of a service's parts, longest first: those of its address, and the first 16 and 8 of
 * the others.
 */
function drawnDigits({ outputs }: ResourceRecord): string[] {
  const { domain, suffix } = outputs.made as { domain: string; suffix: string };
  const [, digits = domain] = /-([0-9a-f]{32})\./.exec(domain) ?? [];
  return [digits, suffix.slice(0, 16), suffix.slice(0, 8)];
}

function without(digits: readonly string[], record: ResourceRecord): ResourceRecord {
  const text = digits.reduce((left, one) => left.replaceAll(one, "…"), JSON.stringify(record));
  return JSON.parse(text) as ResourceRecord;
}
