import assert from "node:assert/strict";

import type { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, given, problemPaths, rejection, type TypeName, TYPES } from "../fixtures";

/** What the API refuses: a title, the type, its inputs in a world, AWS's error. */
export type Refused<World> = readonly [string, TypeName, (world: World) => Properties, RegExp];

/** What CreateService refuses: a title, a patch of a service that would be accepted, the error. */
export type RefusedService<World> = readonly [string, (world: World) => Properties, RegExp];

/** What cannot be deleted: the type, the resource of a world, the error. */
export type InUse<World> = readonly [TypeName, keyof World, RegExp];

/** What the provider refuses before it asks the API: a title, the type, its inputs, where they are wrong. */
export type Malformed = readonly [string, TypeName, Properties, readonly string[]];

/** An account, and what was created in it. */
interface Made<World> {
  readonly account: Account;
  readonly world: World;
}

/** What an account must refuse; the services come with the inputs of one that it accepts, which they patch. */
interface Cases<World> {
  readonly refused: readonly Refused<World>[];
  readonly services?: readonly [
    accepted: (world: World) => Properties,
    refused: readonly RefusedService<World>[],
  ];
  readonly inUse?: readonly InUse<World>[];
  readonly malformed: readonly Malformed[];
}

/** Defines a test for each case. */
export function itRefuses<World extends Record<keyof World, ResourceRecord>>(
  made: () => Made<World>,
  { refused, services, inUse = [], malformed }: Cases<World>,
): void {
  itRefusesResources(made, refused);
  if (services) itRefusesServices(made, ...services);
  itRefusesDeletion(made, inUse);
  itReports(malformed);
}

function itRefusesResources<World>(
  made: () => Made<World>,
  cases: readonly Refused<World>[],
): void {
  for (const [title, name, inputs, error] of cases) {
    it(`refuse ${title}, as AWS does`, async () => {
      const { account, world } = made();
      const before = account.list().length;
      assert.match(await rejection(create(account, name, given(inputs(world)))), error);
      assert.equal(account.list().length, before);
    });
  }
}

function itRefusesServices<World>(
  made: () => Made<World>,
  accepted: (world: World) => Properties,
  cases: readonly RefusedService<World>[],
): void {
  for (const [title, patch, error] of cases) {
    it(`refuse a service with ${title}`, async () => {
      const { account, world } = made();
      const inputs = given({ ...accepted(world), ...patch(world) });
      assert.match(await rejection(create(account, "service", inputs)), error);
    });
  }
}

function itRefusesDeletion<World extends Record<keyof World, ResourceRecord>>(
  made: () => Made<World>,
  cases: readonly InUse<World>[],
): void {
  for (const [name, part, error] of cases) {
    it(`refuse to delete a ${name} in use`, async () => {
      const { account, world } = made();
      const { id } = world[part];
      assert.match(await rejection(account.delete(TYPES[name], id)), error);
      assert.ok(account.get(TYPES[name], id));
    });
  }
}

export function itReports(cases: readonly Malformed[]): void {
  for (const [title, name, inputs, paths] of cases) {
    it(`report ${title}`, () => {
      assert.deepEqual(problemPaths(name, inputs), paths);
    });
  }
}
