import { policyPack, rulesIn } from "ecs-handson-policies";

policyPack("acme", {
  rules: rulesIn("rules"),
  config: { "required-tags": { enforcementLevel: "disabled" } },
});
