import type { PolicyComplianceFramework } from "@pulumi/policy";

/** A control of the ECS tutorials this project implements. */
export function tutorial(specification: string): PolicyComplianceFramework {
  return {
    name: "ECS tutorial",
    version: "1",
    reference: "Tutorial",
    specification,
  };
}

/** A control of AWS Security Hub, e.g. `ECS.4`. Source: AWS Security Hub controls reference. */
export function securityHub(control: string, title: string): PolicyComplianceFramework {
  return {
    name: "AWS Foundational Security Best Practices",
    version: "1.0.0",
    reference: control,
    specification: title,
  };
}

/** A check of Checkov, e.g. `CKV_AWS_249`. Source: Checkov policy index. */
export function checkov(check: string, title: string): PolicyComplianceFramework {
  return { name: "Checkov", version: "3", reference: check, specification: title };
}

/** A practice of this project, beyond what the named frameworks ask for. */
export function practice(specification: string): PolicyComplianceFramework {
  return { name: "ecs-handson", version: "1", reference: "Practice", specification };
}
