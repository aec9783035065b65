import assert from "node:assert/strict";

import fc from "fast-check";

import { chapterPriority, microservicePriority } from "../../settings";
import { priorityProblem } from "../../settings/priorities";

const own = { sharedNetwork: "none", listenerSlot: 1 };
const shared = (listenerSlot: number) => ({ sharedNetwork: "org/project/class", listenerSlot });
const owner = fc.oneof(fc.constant(own), fc.integer({ min: 1, max: 500 }).map(shared));
const service = fc.record({
  name: fc.stringMatching(/^[a-z]{1,20}$/),
  paths: fc.array(fc.stringMatching(/^\/[a-z/*?]{0,12}$/), { minLength: 1, maxLength: 5 }),
});

describe("a microservice's priority", () => {
  const auth = { name: "auth", paths: ["/auth", "/auth/*"] };
  const shop = { name: "shop", paths: ["/", "/shop", "/shop/*"] };
  const everything = { name: "site", paths: ["/*"] };

  it("is one of the stack's, before those of the other chapters and their test traffic", () => {
    fc.assert(
      fc.property(owner, service, (whose, one) => {
        const priority = microservicePriority(whose, one);
        const isOwn = whose.sharedNetwork === "none";
        assert.ok(priority >= (isOwn ? 1 : (whose.listenerSlot - 1) * 100 + 1));
        for (const chapter of ["cicd", "ec2", "fargate"] as const) {
          assert.ok(priority < chapterPriority(whose, chapter) - 1, chapter);
        }
        assert.ok(chapterPriority(whose, "fargate") <= (isOwn ? 50_000 : whose.listenerSlot * 100));
      }),
    );
  });

  it("comes after those of more specific paths", () => {
    const api = { name: "api", paths: ["/api/*"] };
    const newer = { name: "newer", paths: ["/api/v2/*"] };
    const order = [newer, api, everything].map((one) => microservicePriority(own, one));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(order).size, 3);
    assert.ok(microservicePriority(shared(3), api) < microservicePriority(shared(3), everything));
  });

  it("belongs to only one of the services in a stack", () => {
    fc.assert(
      fc.property(owner, fc.array(service, { maxLength: 8 }), (whose, list) => {
        if (priorityProblem(whose, list) !== undefined) return;
        const taken = list.map((one) => microservicePriority(whose, one));
        assert.equal(new Set(taken).size, taken.length);
      }),
    );
  });

  it("is accepted for the tutorial's services, on their own listener and on a class's", () => {
    const products = { name: "products", paths: ["/products", "/products/*"] };
    for (const whose of [own, shared(1), shared(500)]) {
      assert.equal(priorityProblem(whose, [auth, products, shop]), undefined);
    }
  });

  it("is refused if a request could match two services and none takes precedence", () => {
    const other = { name: "login", paths: ["/auth/l*"] };
    assert.match(
      priorityProblem(own, [auth, shop, other]) ?? "",
      /^"auth" and "login" match the same requests \(\/auth\/\* and \/auth\/l\*\); use paths/,
    );
    assert.equal(priorityProblem(own, [auth, everything]), undefined);
  });

  it("is refused if two services get the same one", () => {
    const many = Array.from({ length: 81 }, (_, i) => ({ name: `s${i}`, paths: [`/s${i}`] }));
    assert.match(
      priorityProblem(shared(2), many) ?? "",
      /^"s\d+" and "s\d+" get the same priority on the listener \(1\d\d\); give one/,
    );
  });
});
