import { PolicyPack } from "@pulumi/policy";
import { refuseWrongConfig } from "./lib/configureCheck";
import { forgetBetweenOperations } from "./lib/newOperation";
import { readPropertiesOnce } from "./lib/readOnce";
import { rules } from "./rules";

refuseWrongConfig(rules);
forgetBetweenOperations();
readPropertiesOnce();
new PolicyPack("ecs-handson", { policies: [...rules] });
