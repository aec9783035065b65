import { PolicyPack } from "@pulumi/policy";
import { refuseWrongConfig } from "./lib/configureCheck";
import { rules } from "./rules";

refuseWrongConfig(rules);
new PolicyPack("ecs-handson", { policies: [...rules] });
