import { policyPack } from "./policyPack";

policyPack("ecs-handson");
