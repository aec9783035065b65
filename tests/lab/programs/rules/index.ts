import * as pulumi from "@pulumi/pulumi";

import { breakHostRules } from "./hostRules";
import { declareRemediable } from "./remediable";
import { breakResourceRules } from "./resourceRules";
import { breakStackRules } from "./stackRules";

const choices: Readonly<Record<string, () => void>> = {
  brokenResources: breakResourceRules,
  brokenHost: breakHostRules,
  brokenStack: breakStackRules,
  remediable: declareRemediable,
};

const declares = new pulumi.Config().require("declares");
const declare = choices[declares];
if (!declare) throw new pulumi.RunError(`declares: "${declares}" is not a key of choices`);
declare();
