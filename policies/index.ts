import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("ecs-handson", { policies: [...rules] });
