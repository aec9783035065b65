import { randomInt } from "node:crypto";

import { z } from "zod";

import { resourceType } from "../resourceType";

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

const wanted = z.boolean().optional();
const least = z.int().min(0).optional();

/**
 * A random secret (`random:index/randomPassword:RandomPassword`), generated once. Its output `bcryptHash` stays empty
 * here.
 */
const randomPassword = resourceType({
  token: "random:index/randomPassword:RandomPassword",
  inputs: z
    .strictObject({
      keepers: z.record(z.string(), z.string()).optional(),
      length: z.int().min(1),
      lower: wanted,
      minLower: least,
      minNumeric: least,
      minSpecial: least,
      minUpper: least,
      number: wanted,
      numeric: wanted,
      overrideSpecial: z.string().optional(),
      special: wanted,
      upper: wanted,
    })
    .superRefine((inputs, context) => {
      const { minLower = 0, minUpper = 0, minNumeric = 0, minSpecial = 0, length } = inputs;
      if (minLower + minUpper + minNumeric + minSpecial > length) {
        context.addIssue({ code: "custom", path: ["length"], message: "is less than the minima" });
      }
      if (alphabets(inputs).every(({ characters }) => characters === "")) {
        context.addIssue({ code: "custom", path: ["special"], message: "leaves no characters" });
      }
    }),
  immutable: [
    "keepers",
    "length",
    "lower",
    "minLower",
    "minNumeric",
    "minSpecial",
    "minUpper",
    "number",
    "numeric",
    "overrideSpecial",
    "special",
    "upper",
  ],
  computed: ["bcryptHash", "result"],
  secrets: ["bcryptHash", "result"],
  create: (context, inputs) => ({
    // The provider's ID is always "none", but the account needs unique IDs.
    id: context.hex("random", 32),
    outputs: { result: password(inputs) },
  }),
});

interface PasswordInputs {
  length: number;
  lower?: boolean;
  upper?: boolean;
  number?: boolean;
  numeric?: boolean;
  special?: boolean;
  overrideSpecial?: string;
  minLower?: number;
  minUpper?: number;
  minNumeric?: number;
  minSpecial?: number;
}

/** The characters to use, by kind, and the minimum number of each. */
function alphabets(inputs: PasswordInputs): { characters: string; minimum: number }[] {
  const { lower = true, upper = true, special = true } = inputs;
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return [
    { characters: lower ? classes.lower : "", minimum: inputs.minLower ?? 0 },
    { characters: upper ? classes.upper : "", minimum: inputs.minUpper ?? 0 },
    { characters: numeric ? classes.numeric : "", minimum: inputs.minNumeric ?? 0 },
    {
      characters: special ? (inputs.overrideSpecial ?? classes.special) : "",
      minimum: inputs.minSpecial ?? 0,
    },
  ];
}

function password(inputs: PasswordInputs): string {
  const kinds = alphabets(inputs);
  const all = kinds.map(({ characters }) => characters).join("");
  const text = kinds.flatMap(({ characters, minimum }) =>
    Array.from({ length: characters === "" ? 0 : minimum }, () => pick(characters)),
  );
  while (text.length < inputs.length) text.splice(randomInt(text.length + 1), 0, pick(all));
  return text.join("");
}

const pick = (characters: string) => characters.charAt(randomInt(characters.length));

export const randomTypes = [randomPassword];
