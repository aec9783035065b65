/**
 * The rooms of the house, from the top floor down: a room imports from itself and from rooms below it.
 * CONTRIBUTING.md ("Where things are") says what each is for.
 */
const floors = [
  // A benchmark uses the tests' harness, and tests try the benchmarks' arithmetic.
  ["tests/", "bench/", ".github/scripts/"],
  ["classroom/"],
  ["lab/main.cjs", "lab/compiled.cjs", "lab/cli.ts", "lab/pulumi.ts"],
  ["lab/ui/commands/"],
  ["lab/ui/dashboard/"],
  ["lab/ui/diagram/", "lab/ui/operation/", "lab/ui/report/"],
  ["lab/api/"],
  ["lab/host/"],
  ["lab/delivery/pipeline/"],
  ["lab/delivery/images/"],
  ["lab/runtime/controlplane/"],
  ["lab/runtime/dataplane/"],
  ["lab/provider/"],
  ["lab/account/"],
  ["lab/engine/"],
  ["lab/protocol/"],
  ["lab/shared/"],
  ["index.ts", "infra/"],
  ["chapters/"],
  ["settings/"],
  ["components/index.ts", "components/main.cjs", "components/commands/"],
  ["components/provider/"],
  ["components/pipeline/"],
  ["components/service/"],
  ["components/cluster/", "components/task/"],
  ["components/image/", "components/network/"],
  ["components/shared/"],
  [
    "policies/index.ts",
    "policies/index.cjs",
    "policies/pack.ts",
    "policies/start.cjs",
    "policies/commands/",
  ],
  ["policies/policyPack.ts", "policies/source.cjs"],
  ["policies/rules/"],
  ["policies/lib/"],
  ["policies/internals/"],
  ["policies/graph/", "policies/cost/"],
  ["services/", "nginx/", "loader/", "slides/"],
];

/** The files of some rooms: folders, which end in a slash, and single files. */
const filesOf = (rooms) =>
  rooms.map((room) => `^${room.replaceAll(".", "\\.")}${room.endsWith("/") ? "" : "$"}`).join("|");

/** Rooms that others enter by their door alone. */
const doors = [
  // A program of somebody else's gets the components as a package.
  { room: "^components/", door: "^components/(index\\.ts$|main\\.cjs$|shared/)" },
  // The pack is published from its own folder; what others may use of it has a folder of its own.
  {
    room: "^policies/",
    door: "^policies/(rules/index\\.ts$|graph/|cost/|lib/suggestion\\.ts$|commands/formatted\\.ts$)",
  },
  { room: "^settings/", door: "^settings/index\\.ts$" },
];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Two files that need each other are one thing, or three.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...floors.slice(1).map((rooms, i) => ({
      name: `up-from-${rooms[0]}`,
      comment: "A room imports from the rooms below it, never from those above.",
      severity: "error",
      from: { path: filesOf(rooms) },
      to: { path: filesOf(floors.slice(0, i + 1).flat()) },
    })),
    ...doors.map(({ room, door }) => ({
      name: `past-the-door-of-${room.slice(1, -1)}`,
      comment: "Import from the room's index.",
      severity: "error",
      from: { pathNot: `${room}|^tests/|^bench/` },
      to: { path: room, pathNot: door },
    })),
    {
      name: "in-no-package-json",
      comment:
        "Its package.json names what it imports among dependencies: npm ci --omit=dev installs no more.",
      severity: "error",
      // What services share is copied into each of them.
      from: { pathNot: "^tests/|^bench/|^\\.github/|^services/shared/|^[^/]+/commands/|^[^/]+$" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg"], dependencyTypesNot: ["npm", "type-only"] },
    },
    {
      name: "in-no-room",
      comment: "Say on which floor it stands, in .dependency-cruiser.cjs and CONTRIBUTING.md.",
      severity: "error",
      from: { pathNot: `${filesOf(floors.flat())}|^node_modules/|^[^/]+$` },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: {
      path: "^site/|^bench/peers/cdk/|^\\.lab/|^lab/\\.compiled/|^services/[^/]+/shared/",
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
