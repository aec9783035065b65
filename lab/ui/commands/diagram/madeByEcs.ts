import { isMadeByExpressMode } from "../../../account/types/ecs/express/made";
import { resourceTypes } from "../../../account/types/registry";
import type { AccountView } from "../../../account/record";
import { readFields, type StackResource, type StackState } from "../../diagram/state";

/** A stack's state with what ECS made for its Express services: of that the state knows nothing, but the account does. */
export function withMadeByEcs(state: StackState, account: AccountView): StackState {
  const own = new Set(state.resources.map(({ urn }) => urn));
  const made = resourceTypes
    .flatMap(({ token }) => account.list(token))
    .filter(isMadeByExpressMode)
    .map(({ id, inputs, outputs, type, urn }): StackResource => {
      const madeFor = urn.slice(urn.indexOf("urn:pulumi:"));
      const asked = readFields(inputs);
      return {
        // Two of a kind are made for the same service.
        urn: `${madeFor} ${type} ${id}`,
        type,
        name: id,
        inputs: asked,
        props: { ...readFields(outputs), ...asked, id },
        propertyDependencies: {},
        madeFor,
      };
    })
    .filter(({ madeFor }) => madeFor !== undefined && own.has(madeFor));
  return { ...state, resources: [...state.resources, ...made] };
}
