import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import fc from "fast-check";
import * as yaml from "yaml";

import { labelOf, parseRoster, type Roster, RosterError } from "../../classroom/roster";
import { type Defaults, readDefaults, repository } from "../../classroom/stackSettings";

let defaults: Defaults;
before(async () => {
  defaults = await readDefaults();
});

const parse = (text: string): Roster => parseRoster(text, "classroom.yaml", defaults);

/** The problems of a roster that cannot be used. */
function problemsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof RosterError, String(error));
    return error.problems;
  }
  return assert.fail("the roster was accepted");
}

describe("a roster", () => {
  it("gives each learner a stack of the class, with the class's values or their own", () => {
    const { learners, ...roster } = parse(`
class: spring
expires: 2027-03-31
budget: 120
config: { logRetentionDays: 7, desiredCount: 2 }
learners:
  - Alice Müller
  - name: 山田 花子
    stack: hanako
    chapters: [fargate, ec2]
    expires: never
    budget: 150
    config: { desiredCount: 1 }
`);
    assert.equal(roster.network, "own");
    assert.deepEqual(learners, [
      {
        name: "Alice Müller",
        stack: "spring-alice-muller",
        chapters: ["fargate"],
        expires: "2027-03-31",
        budget: 120,
        config: { logRetentionDays: 7, desiredCount: 2 },
      },
      {
        name: "山田 花子",
        stack: "spring-hanako",
        chapters: ["fargate", "ec2"],
        expires: "never",
        budget: 150,
        config: { logRetentionDays: 7, desiredCount: 1 },
      },
    ]);
  });

  it("has an example file that is valid", async () => {
    const text = await readFile(path.join(repository, "classroom.example.yaml"), "utf8");
    assert.deepEqual(
      parse(text).learners.map(({ stack }) => stack),
      ["spring-alice", "spring-hanako", "spring-bob"],
    );
  });

  it("has all its problems reported at once, with their lines", () => {
    assert.deepEqual(
      problemsOf(`class: Spring
netwrok: shared
chapters: [fargate, lambda]
expires: 2027-02-30
budget: -5
learners:
  - alice
  - { name: bob, exprires: never }
  - 42
`).map((problem) =>
        problem.replace(/; (see|choose|did you mean|there is).*| expected one of.*/, ""),
      ),
      [
        "line 1: class: must be lower-case letters, digits and single hyphens, and start with a letter",
        "line 3: chapters.1: Invalid option:",
        'line 4: expires: "2027-02-30" is neither a date such as 2027-03-31 nor never',
        "line 5: budget: Too small: expected number to be >0",
        'line 8: "exprires" is not a known key here',
        "line 9: learners.2: is neither a name nor a learner",
        'line 2: "netwrok" is not a known key here',
      ],
    );
  });

  it("gets a suggestion for a misspelled key", () => {
    assert.deepEqual(problemsOf("class: a\nlearner: []\nlearners: [b]\n"), [
      'line 2: "learner" is not a known key here; did you mean "learners"?',
    ]);
  });

  it("is rejected with the line if it is not YAML or has a duplicate key", () => {
    const [problem = ""] = problemsOf("class: a\nlearners: [a\nnetwork: own\n");
    assert.match(problem, /^line \d: /);
    const [twice = ""] = problemsOf("class: a\nlearners: [a]\nclass: b\n");
    assert.match(twice, /^line 3: Map keys must be unique/);
  });

  it("must not be empty or without learners", () => {
    assert.match(problemsOf("").join("\n"), /^line 1: the roster: /);
    assert.match(problemsOf("class: a\nlearners: []\n").join("\n"), /^line 2: learners: /);
  });

  it("must not have two learners whose names differ only in case or accents", () => {
    assert.deepEqual(problemsOf("class: a\nlearners:\n  - Élise\n  - bob\n  - elise\n"), [
      'line 5: "elise" has the same stack a-elise as "Élise" on line 3; give one of them another stack:',
    ]);
  });

  it("must specify the stack of a learner whose name does not yield one", () => {
    for (const name of ["山田", "山田 2", "Ωmega", "🙂", "1st", "x".repeat(31)]) {
      const [problem = ""] = problemsOf(yaml.stringify({ class: "a", learners: [name] }));
      assert.match(problem, /^line 3: ".*" does not say what to call the stack; add stack:/, name);
    }
  });

  it("must not use the name of the shared network's stack", () => {
    assert.match(problemsOf("class: a\nlearners: [network]\n").join(), /^line 2: "network" would/);
  });

  it("must not have configuration that the program would reject or that the class sets itself", () => {
    assert.deepEqual(
      problemsOf(`class: a
config: { vpcCidrBlock: 10.0.0.0/16, desiredCuont: 2 }
learners: [alice]
`),
      [
        "line 2: config.vpcCidrBlock: the class itself sets it",
        'line 2: config.desiredCuont: no such setting; did you mean "desiredCount"?',
      ],
    );
    assert.deepEqual(
      problemsOf(`class: a
learners:
  - alice
  - name: bob
    config: { cpu: 256, memory: 4096, desiredCount: -1 }
`),
      [
        "line 4: bob: Configuration 'ecs-handson:desiredCount' value '-1' is outside of the legal range (min 0, inclusive)",
        "line 4: bob: ecs-handson:cpu, memory: memory 4096 does not go with cpu 256 on Fargate; choose 512, 1024, 2048",
      ],
    );
  });

  it("lets no learner change the NAT gateways of a shared network", () => {
    assert.deepEqual(
      problemsOf(`class: a
network: shared
learners:
  - name: bob
    config:
      natGateways: none
`),
      ["line 6: config.natGateways: the shared network has it; set it for the class"],
    );
  });

  it("gives stack names that AWS and Pulumi accept for any learners' names, or says why not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 8 }),
        (names) => {
          let roster: Roster;
          try {
            roster = parse(yaml.stringify({ class: "c", learners: names }));
          } catch (error) {
            assert.ok(error instanceof RosterError);
            assert.ok(error.problems.every((problem) => /^line \d+: /.test(problem)));
            return;
          }
          const stacks = roster.learners.map(({ stack }) => stack);
          assert.equal(new Set(stacks).size, names.length);
          for (const stack of stacks) assert.match(stack, /^c-[a-z][a-z0-9-]{0,29}$/);
        },
      ),
    );
  });

  it("gives a label that is its own label", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        assert.equal(labelOf(labelOf(name)), labelOf(name));
        assert.equal(labelOf(name.toUpperCase()), labelOf(name.toUpperCase().toLowerCase()));
      }),
    );
  });
});
